//===- device_weights.cpp - Weights that a CPU and a device share ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/device/device_weights.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::device;

// As the CPU's section has it.
static constexpr int64_t kAlignment = 64;

namespace {
/// How a weight lies in its section: rows, or panels of them.
struct Rows {
  explicit Rows(kernel::WeightOp weight);

  int64_t count = 1, bytes;
  int64_t panelRows = 0, depthBytes = 0;
};
} // namespace

Rows::Rows(kernel::WeightOp weight) {
  ArrayRef<int64_t> shape = weight.getType().getShape();
  int64_t bits = weight.getType().getElementTypeBitWidth();
  bytes = llvm::divideCeil(shape.back() * bits, 8);
  if (shape.size() > 1)
    count = shape[0];
  if (!isa<kernel::PanelsLayoutAttr>(weight.getLayout()))
    return;
  depthBytes = bits / 8 * (shape.size() > 3 ? shape[3] : 1);
  panelRows = shape[2];
  count *= panelRows;
  bytes = shape[1] * depthBytes;
}

/// The values of a weight, wherever they lie.
static std::string getValues(kernel::WeightOp weight) {
  std::string values;
  llvm::raw_string_ostream os(values);
  kernel::WeightLayoutAttrInterface layout = weight.getLayout();
  // A matrix is a table in another order.
  if (!isa<kernel::MatrixLayoutAttr, kernel::PanelsLayoutAttr,
           kernel::TableLayoutAttr>(layout))
    os << Attribute(layout);
  os << weight.getType().getElementType() << weight.getSources();
  for (Attribute detail :
       {Attribute(weight.getTableRowAttr()), Attribute(weight.getFactorAttr()),
        Attribute(weight.getChannelsAttr()),
        Attribute(weight.getSmoothingAttr())})
    os << ' ' << detail;
  return values;
}

WeightPlacement device::placeWeights(kernel::ProgramOp device,
                                     kernel::ProgramOp cpu, int64_t behind) {
  WeightPlacement placement;
  llvm::StringMap<kernel::WeightOp> known;
  if (cpu)
    for (kernel::WeightOp weight : cpu.getWeights())
      // MLIR has no memory of half bytes, and the device no i4.
      if (!weight.getType().getElementType().isInteger(4))
        known.try_emplace(getValues(weight), weight);
  for (auto [index, weight] : llvm::enumerate(device.getWeights())) {
    Rows rows(weight);
    int64_t place = *weight.getByteOffset();
    if (kernel::WeightOp same = known.lookup(getValues(weight))) {
      Rows from(same);
      placement.ways.push_back({static_cast<int64_t>(*same.getByteOffset()),
                                place, std::min(rows.count, from.count),
                                std::min(rows.bytes, from.bytes), rows.bytes,
                                from.bytes, from.panelRows, from.depthBytes});
      continue;
    }
    int64_t source = placement.ownBytes, bytes = rows.count * rows.bytes;
    placement.own.push_back({static_cast<int64_t>(index), place, source});
    placement.ways.push_back({behind + source, place, 1, bytes, bytes, bytes});
    placement.ownBytes = llvm::alignTo(source + bytes, kAlignment);
  }
  return placement;
}

//===- plan_device_memory.cpp - Places of rows and weights on a device ----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/builder/row_layout.h"
#include "compiler/backend/cuda/passes.h"
#include "compiler/backend/cuda/places.h"
#include "compiler/target/device/device_diagnostic.h"

#include "mlir/IR/Builders.h"

namespace emblem::cuda {
#define GEN_PASS_DEF_PLANDEVICEMEMORY
#include "compiler/backend/cuda/passes.h.inc"
} // namespace emblem::cuda

using namespace mlir;
using namespace emblem;
using kernel::KernelOpInterface;

// As device_table.h has it.
static constexpr int64_t kWeightAlignment = 256;

namespace {

/// Rows, from the kernel that writes them to the last that reads them.
struct LiveRows {
  int64_t begin, end; // bytes a token
  int64_t first, last;
};

struct PlanDeviceMemory : cuda::impl::PlanDeviceMemoryBase<PlanDeviceMemory> {
  using PlanDeviceMemoryBase::PlanDeviceMemoryBase;

  void runOnOperation() override {
    const DeviceTarget *found = findDeviceTargetOrEmit(getOperation(), target);
    if (!found)
      return signalPassFailure();
    for (auto program : getOperation().getOps<kernel::ProgramOp>()) {
      placeRows(program, *found);
      placeWeights(program, *found);
    }
  }

private:
  void placeRows(kernel::ProgramOp program, const DeviceTarget &target);
  void placeWeights(kernel::ProgramOp program, const DeviceTarget &target);
};

} // namespace

/// The lowest place where `bytes` are free while `rows` live.
static int64_t findPlace(ArrayRef<LiveRows> placed, int64_t first, int64_t last,
                         int64_t bytes) {
  SmallVector<std::pair<int64_t, int64_t>> taken;
  for (const LiveRows &other : placed)
    if (other.first <= last && first <= other.last)
      taken.push_back({other.begin, other.end});
  llvm::sort(taken);
  int64_t place = 0;
  for (auto [begin, end] : taken) {
    if (place + bytes <= begin)
      break;
    place = std::max(place, end);
  }
  return place;
}

void PlanDeviceMemory::placeRows(kernel::ProgramOp program,
                                 const DeviceTarget &target) {
  Builder builder(&getContext());
  DenseMap<Operation *, int64_t> when;
  for (auto op : program.getBody().getOps<KernelOpInterface>())
    when[op] = when.size();
  SmallVector<LiveRows> placed;
  int64_t perToken = 0;
  for (auto op : program.getBody().getOps<KernelOpInterface>()) {
    SmallVector<int64_t> places;
    for (OpResult rows : op->getResults()) {
      int64_t last = when[op];
      for (Operation *user : rows.getUsers())
        last = std::max(last, when[user]);
      int64_t bytes = cuda::getRowPitch(rows.getType(), target);
      int64_t place = findPlace(placed, when[op], last, bytes);
      placed.push_back({place, place + bytes, when[op], last});
      places.push_back(place);
      perToken = std::max(perToken, place + bytes);
    }
    if (!places.empty())
      op->setAttr(cuda::kPlaces, builder.getDenseI64ArrayAttr(places));
  }
  program.setArenaAttr(kernel::ArenaAttr::get(&getContext(), perToken, 0));
}

void PlanDeviceMemory::placeWeights(kernel::ProgramOp program,
                                    const DeviceTarget &target) {
  int64_t bytes = 0;
  for (auto weight : llvm::make_early_inc_range(
           program.getBody().getOps<kernel::WeightOp>())) {
    if (weight.use_empty()) {
      weight.erase();
      continue;
    }
    ArrayRef<int64_t> shape = weight.getType().getShape();
    int64_t rows = shape.size() == 1 ? 1 : shape[0];
    if (isa<kernel::MatrixLayoutAttr>(weight.getLayout()))
      rows = cuda::getMatrixRows(rows, target);
    weight.setByteOffset(bytes);
    bytes = llvm::alignTo(
        bytes + rows * cuda::getWeightPitch(weight.getType(), target),
        kWeightAlignment);
  }
  program.setWeightBytes(bytes);
}

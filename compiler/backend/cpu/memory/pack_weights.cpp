//===- pack_weights.cpp - Weights take the layout that the tile reads -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/memory/passes.h"
#include "compiler/target/target_diagnostic.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"

namespace emblem::cpu {
#define GEN_PASS_DEF_PACKWEIGHTS
#include "compiler/backend/cpu/memory/passes.h.inc"
} // namespace emblem::cpu

using namespace mlir;
using namespace emblem;

// Bytes, of the places in the weight section: what the runtime promises.
static constexpr int64_t kAlignment = 64;

// Addresses of the machines that this compiles for have fewer bits.
static constexpr int64_t kMostBytes = INT64_C(1) << 46;

/// The first of its readers that reads panels, or null.
static kernel::PackedWeight getReader(kernel::WeightOp weight) {
  for (Operation *user : weight->getUsers())
    if (auto reader = dyn_cast<kernel::PackedWeight>(user))
      return reader;
  return {};
}

/// Inputs that a dot product of the weight's reader takes at once. Weights in i4
/// fill a byte.
static int64_t getDepth(kernel::WeightOp weight) {
  if (weight.getType().getElementType().isInteger(4))
    return 2;
  kernel::PackedWeight reader = getReader(weight);
  return reader ? reader.getPackedDepth() : 1;
}

/// Readers learn how many of the last group's inputs are true.
static void setInputSize(kernel::WeightOp weight, int64_t inputSize) {
  for (Operation *user : weight->getUsers())
    if (auto reader = dyn_cast<kernel::PackedWeight>(user))
      reader.setTrueInputs(inputSize);
}

/// The bytes of `type`, or nothing where they are more than a program maps.
static std::optional<int64_t> getBytes(RankedTensorType type) {
  int64_t bits = type.getElementTypeBitWidth();
  for (int64_t size : type.getShape())
    if (llvm::MulOverflow(bits, size, bits) || bits / 8 > kMostBytes)
      return std::nullopt;
  return llvm::divideCeil(bits, 8);
}

namespace {
struct PackWeights : emblem::cpu::impl::PackWeightsBase<PackWeights> {
  using PackWeightsBase::PackWeightsBase;

  void runOnOperation() override {
    const Target *found = findTargetOrEmit(getOperation(), target);
    if (!found)
      return signalPassFailure();
    for (auto program : getOperation().getOps<kernel::ProgramOp>())
      if (failed(pack(program, *found)))
        return signalPassFailure();
  }

private:
  static LogicalResult pack(kernel::ProgramOp program, const Target &target) {
    int64_t offset = 0;
    for (kernel::WeightOp weight : program.getWeights()) {
      kernel::WeightLayoutAttrInterface layout = weight.getLayout();
      auto type = RankedTensorType::get(
          layout.getPackedShape(
              weight.getType().getShape(),
              {target.panelColumns(), target.readAhead, getDepth(weight)}),
          weight.getType().getElementType());
      if (isa<kernel::MatrixLayoutAttr>(layout)) {
        int64_t inputSize = weight.getType().getDimSize(1);
        if (type.getRank() == 4 && inputSize % type.getDimSize(3) != 0)
          setInputSize(weight, inputSize);
      }
      weight.setLayoutAttr(layout.getPacked());
      weight.getResult().setType(type);
      weight.setByteOffset(offset);
      std::optional<int64_t> bytes = getBytes(type);
      if (!bytes || *bytes > kMostBytes - offset)
        return weight.emitError("with this weight the model's weights take "
                                "more than the ")
               << kMostBytes << " bytes that a program can map";
      offset = llvm::alignTo(offset + *bytes, kAlignment);
    }
    program.setWeightBytes(offset);
    return success();
  }
};
} // namespace

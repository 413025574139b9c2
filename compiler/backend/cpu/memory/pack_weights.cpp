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

// A cache line, and the widest vector.
static constexpr int64_t kAlignment = 64;

// Of a vector of f32.
static constexpr int64_t kMostLanes = 16;

// Addresses of the machines that this compiles for have fewer bits.
static constexpr int64_t kMostBytes = INT64_C(1) << 46;

/// Inputs that a dot product of the weight's readers takes at once: as many as
/// fill 32 bits, unless they are f32. Weights in i4 fill a byte.
static int64_t getDepth(kernel::WeightOp weight) {
  if (weight.getType().getElementType().isInteger(4))
    return 2;
  for (Operation *user : weight->getUsers()) {
    if (auto matmul = dyn_cast<kernel::MatmulOp>(user))
      return 32 / matmul.getInput().getType().getElementTypeBitWidth();
    if (auto conv = dyn_cast<kernel::Conv2dOp>(user))
      return 32 / conv.getInput().getType().getElementTypeBitWidth();
  }
  return 1;
}

/// Readers learn how many of the last group's inputs are true.
static void setInputSize(kernel::WeightOp weight, int64_t inputSize) {
  for (Operation *user : weight->getUsers())
    if (auto matmul = dyn_cast<kernel::MatmulOp>(user))
      matmul.setInputSize(inputSize);
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
    int64_t panel = found->panelColumns();

    int64_t offset = 0;
    WalkResult packed = getOperation().walk([&](kernel::WeightOp weight) {
      kernel::WeightLayoutAttrInterface layout = weight.getLayout();
      auto type = RankedTensorType::get(
          layout.getPackedShape(weight.getType().getShape(),
                                {panel, kMostLanes, getDepth(weight)}),
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
      if (!bytes || *bytes > kMostBytes - offset) {
        weight.emitError("with this weight the model's weights take more than "
                         "the ")
            << kMostBytes << " bytes that a program can map";
        return WalkResult::interrupt();
      }
      offset = llvm::alignTo(offset + *bytes, kAlignment);
      return WalkResult::advance();
    });
    if (packed.wasInterrupted())
      return signalPassFailure();
    getOperation()->setAttr(attribute::weightBytes,
                            OpBuilder(&getContext()).getI64IntegerAttr(offset));
  }
};
} // namespace

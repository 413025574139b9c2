//===- pack_weights.cpp - Weights take the layout that the tile reads -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/target_diagnostic.h"
#include "compiler/transforms/passes.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"

namespace emblem {
#define GEN_PASS_DEF_PACKWEIGHTS
#include "compiler/transforms/passes.h.inc"
} // namespace emblem

using namespace mlir;
using namespace emblem;

// A cache line, and the widest vector.
static constexpr int64_t kAlignment = 64;

// A program's code and data reach one another over 32-bit distances.
static constexpr int64_t kMostBytes = INT64_C(0x7fff0000);

/// The packed shape of a weight for panels of `panel` columns.
static SmallVector<int64_t> packedShape(kernel::WeightOp weight,
                                        int64_t panel) {
  ArrayRef<int64_t> shape = weight.getType().getShape();
  switch (weight.getLayout()) {
  case kernel::Layout::Matrix: // [N, K] -> [panels, K, panel]
    return {static_cast<int64_t>(llvm::divideCeil(shape[0], panel)), shape[1],
            panel};
  case kernel::Layout::Row:
    return {static_cast<int64_t>(llvm::alignTo(shape[0], panel))};
  case kernel::Layout::Table:
  case kernel::Layout::Sinusoid:
    return {shape[0], static_cast<int64_t>(llvm::alignTo(shape[1], panel))};
  case kernel::Layout::Panels:
    return SmallVector<int64_t>(shape);
  }
  llvm_unreachable("a layout without a shape");
}

/// The bytes of `type`, or nothing where they are more than a program holds.
static std::optional<int64_t> getBytes(RankedTensorType type) {
  int64_t bytes = type.getElementTypeBitWidth() / 8;
  for (int64_t size : type.getShape())
    if (llvm::MulOverflow(bytes, size, bytes) || bytes > kMostBytes)
      return std::nullopt;
  return bytes;
}

namespace {
struct PackWeights : emblem::impl::PackWeightsBase<PackWeights> {
  using PackWeightsBase::PackWeightsBase;

  void runOnOperation() override {
    const Target *found = findTargetOrEmit(getOperation(), target);
    if (!found)
      return signalPassFailure();
    int64_t panel = found->panelColumns();

    int64_t offset = 0;
    WalkResult packed = getOperation().walk([&](kernel::WeightOp weight) {
      auto type = RankedTensorType::get(packedShape(weight, panel),
                                        weight.getType().getElementType());
      if (weight.getLayout() == kernel::Layout::Matrix)
        weight.setLayout(kernel::Layout::Panels);
      weight.getResult().setType(type);
      weight.setByteOffset(offset);
      std::optional<int64_t> bytes = getBytes(type);
      if (!bytes || *bytes > kMostBytes - offset) {
        weight.emitError("with this weight the model's weights take more than "
                         "the ")
            << kMostBytes << " bytes that a program can hold";
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

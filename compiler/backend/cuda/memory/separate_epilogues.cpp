//===- separate_epilogues.cpp - Epilogues of whole rows -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/passes.h"
#include "dialects/kernel/kernel_dialect.h"

#include "mlir/IR/Builders.h"

namespace emblem::cuda {
#define GEN_PASS_DEF_SEPARATEEPILOGUES
#include "compiler/backend/cuda/passes.h.inc"
} // namespace emblem::cuda

using namespace mlir;
using namespace emblem;
using kernel::KernelOpInterface;
using kernel::TakesEpilogue;

/// The stage of what is separated from `op`.
static StringAttr getStage(Operation *op, const char *suffix) {
  auto stage = op->getAttrOfType<StringAttr>("stage");
  return stage ? StringAttr::get(op->getContext(), stage.getValue() + suffix)
               : StringAttr();
}

/// Whether a kernel has what a device's does not fuse.
static bool hasEpilogueOfRows(Operation &op) {
  auto epilogue = dyn_cast<TakesEpilogue>(op);
  return epilogue && !cast<KernelOpInterface>(op).finishesItself() &&
         (epilogue.getEpilogueNorm().kind || op.getNumResults() > 1);
}

/// Takes norm, smoothing and second result from `op`, whose first result is
/// then in f32; its uses become those of the kernels behind it.
template <typename OpT> static void separate(OpT op) {
  auto epilogue = cast<TakesEpilogue>(op.getOperation());
  kernel::EpilogueNorm norm = epilogue.getEpilogueNorm();
  Value smoothing = epilogue.getEpilogueSmoothing();
  if (!norm.kind && op->getNumResults() < 2)
    return;
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  auto rows = cast<RankedTensorType>(op->getResult(0).getType());
  int64_t width = rows.getDimSize(1);

  auto bare = cast<OpT>(builder.insert(Operation::create(
      op.getLoc(), op->getName(), TypeRange(rows), op->getOperands(),
      op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
      /*successors=*/BlockRange(), /*numRegions=*/0)));
  if constexpr (requires { bare.removeNormAttr(); }) {
    bare.removeNormAttr();
    bare.removeEpsilonAttr();
  }
  if constexpr (requires { bare.getScaleMutable(); }) {
    bare.getScaleMutable().clear();
    bare.getShiftMutable().clear();
    bare.getSmoothingMutable().clear();
  }
  Value finished = bare->getResult(0);
  SmallVector<Value> results;
  if (norm.kind) {
    auto normed = kernel::RowNormOp::createValueForm(
        builder, op.getLoc(), getStage(op, ".norm"), op->getResultTypes(),
        norm.kind.getValue(), finished, norm.scale, norm.shift,
        norm.epsilon.getValue(), width, smoothing);
    results.assign(normed->result_begin(), normed->result_end());
  } else {
    auto narrowed = kernel::QuantizeOp::createValueForm(
        builder, op.getLoc(), getStage(op, ".quantize"),
        op->getResult(1).getType(), finished, smoothing, width);
    results = {finished, narrowed->getResult(0)};
  }
  for (auto [old, now] : llvm::zip(op->getResults(), results))
    old.replaceAllUsesWith(now);
  op->erase();
}

namespace {
struct SeparateEpilogues
    : cuda::impl::SeparateEpiloguesBase<SeparateEpilogues> {
  void runOnOperation() override {
    for (auto program : getOperation().getOps<kernel::ProgramOp>())
      for (Operation &op :
           llvm::make_early_inc_range(program.getBody().front())) {
        if (op.getNumResults() == 0)
          continue;
        if (auto matmul = dyn_cast<kernel::MatmulOp>(op))
          separate(matmul);
        else if (auto gather = dyn_cast<kernel::GatherOp>(op))
          separate(gather);
        else if (auto attention = dyn_cast<kernel::AttentionOp>(op))
          separate(attention);
        else if (auto pool = dyn_cast<kernel::PoolOp>(op))
          separate(pool);
        else if (hasEpilogueOfRows(op)) {
          op.emitError(
              "ends with whole rows, which separate-epilogues does not "
              "know of this kernel");
          return signalPassFailure();
        }
      }
  }
};
} // namespace

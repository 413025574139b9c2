//===- fuse_epilogues.cpp - Residuals and norms join the kernel before ----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace emblem {
#define GEN_PASS_DEF_FUSEEPILOGUES
#include "compiler/transforms/passes.h.inc"
} // namespace emblem

using namespace mlir;
using namespace emblem::kernel;

namespace {

/// add(matmul, x) -> matmul residual(x), where nothing else reads the matmul
/// and it has no norm yet (the residual comes before the norm).
struct FuseResidual : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AddOp add,
                                PatternRewriter &rewriter) const override {
    if (add->getNumResults() == 0)
      return failure();
    for (auto [side, other] :
         {std::pair<Value, Value>{add.getLhs(), add.getRhs()},
          {add.getRhs(), add.getLhs()}}) {
      auto matmul = side.getDefiningOp<MatmulOp>();
      if (!matmul || !side.hasOneUse() || matmul.getResidual() ||
          matmul.getNorm())
        continue;
      rewriter.setInsertionPoint(add);
      auto fused = cast<MatmulOp>(rewriter.clone(*matmul));
      rewriter.modifyOpInPlace(
          fused, [&] { fused.getResidualMutable().assign(other); });
      rewriter.replaceOp(add, fused);
      rewriter.eraseOp(matmul);
      return success();
    }
    return failure();
  }
};

/// norm(kernel) -> kernel norm, where nothing else reads the kernel.
template <typename KernelT> struct FuseNorm : OpRewritePattern<RowNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RowNormOp norm,
                                PatternRewriter &rewriter) const override {
    auto producer = norm.getInput().getDefiningOp<KernelT>();
    if (!producer || !norm.getInput().hasOneUse() || producer.getNorm() ||
        norm->getNumResults() == 0)
      return failure();
    if (std::is_same_v<KernelT, PoolOp> && norm.getNorm() != NormKind::L2)
      return failure();
    rewriter.setInsertionPoint(norm);
    auto fused = cast<KernelT>(rewriter.clone(*producer));
    rewriter.modifyOpInPlace(fused, [&] {
      fused.setNorm(norm.getNorm());
      fused.setEpsilonAttr(norm.getEpsilonAttr());
      if constexpr (!std::is_same_v<KernelT, PoolOp>) {
        if (norm.getScale())
          fused.getScaleMutable().assign(norm.getScale());
        if (norm.getShift())
          fused.getShiftMutable().assign(norm.getShift());
      }
    });
    rewriter.replaceOp(norm, fused);
    rewriter.eraseOp(producer);
    return success();
  }
};

/// gather(gather) -> gather, where what the outer adds comes after what the
/// inner adds, so that the order of the sum stays.
struct FuseGathers : OpRewritePattern<GatherOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(GatherOp outer,
                                PatternRewriter &rewriter) const override {
    if (!outer.getInput() || outer.getTable() || outer->getNumResults() == 0)
      return failure();
    auto inner = outer.getInput().getDefiningOp<GatherOp>();
    if (!inner || !outer.getInput().hasOneUse() || inner.getNorm() ||
        inner.getPositions() || (inner.getRow() && outer.getRow()))
      return failure();
    rewriter.setInsertionPoint(outer);
    auto fused = cast<GatherOp>(rewriter.clone(*inner));
    rewriter.modifyOpInPlace(fused, [&] {
      if (outer.getRow())
        fused.getRowMutable().assign(outer.getRow());
      if (outer.getPositions()) {
        fused.getPositionsMutable().assign(outer.getPositions());
        fused.setPositionOffset(outer.getPositionOffset());
      }
      if (outer.getNorm()) {
        fused.setNormAttr(outer.getNormAttr());
        fused.setEpsilonAttr(outer.getEpsilonAttr());
        if (outer.getScale())
          fused.getScaleMutable().assign(outer.getScale());
        if (outer.getShift())
          fused.getShiftMutable().assign(outer.getShift());
      }
    });
    rewriter.replaceOp(outer, fused);
    rewriter.eraseOp(inner);
    return success();
  }
};

struct FuseEpilogues : emblem::impl::FuseEpiloguesBase<FuseEpilogues> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseResidual, FuseGathers, FuseNorm<MatmulOp>,
                 FuseNorm<GatherOp>, FuseNorm<PoolOp>>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

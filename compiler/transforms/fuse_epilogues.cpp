//===- fuse_epilogues.cpp - What follows a kernel joins it ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/TypeSwitch.h"

namespace emblem {
#define GEN_PASS_DEF_FUSEEPILOGUES
#include "compiler/transforms/passes.h.inc"
} // namespace emblem

using namespace mlir;
using namespace emblem::kernel;

namespace {

/// A copy of `op` with other result types, at the rewriter's place.
Operation *cloneWithTypes(PatternRewriter &rewriter, Operation *op,
                          TypeRange types) {
  return rewriter.insert(Operation::create(
      op->getLoc(), op->getName(), types, op->getOperands(),
      op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
      /*successors=*/BlockRange(), /*numRegions=*/0));
}

/// The smoothing of `from` goes to `to`.
template <typename FromT> void setSmoothing(Operation *to, FromT from) {
  if (!from.getSmoothing())
    return;
  llvm::TypeSwitch<Operation *>(to).Case<MatmulOp, GatherOp, RowNormOp>(
      [&](auto op) { op.getSmoothingMutable().assign(from.getSmoothing()); });
}

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
      if (!matmul || !side.hasOneUse() || matmul->getNumResults() != 1 ||
          matmul.getResidual() || matmul.getNorm() || matmul.getPool())
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
        producer->getNumResults() != 1 || norm->getNumResults() == 0)
      return failure();
    if (auto matmul = dyn_cast<MatmulOp>(producer.getOperation()))
      if (matmul.getPool())
        return failure();
    if (std::is_same_v<KernelT, PoolOp> && norm.getNorm() != NormKind::L2)
      return failure();
    rewriter.setInsertionPoint(norm);
    auto fused = cast<KernelT>(
        cloneWithTypes(rewriter, producer, norm->getResultTypes()));
    rewriter.modifyOpInPlace(fused, [&] {
      fused.setNorm(norm.getNorm());
      fused.setEpsilonAttr(norm.getEpsilonAttr());
      if constexpr (!std::is_same_v<KernelT, PoolOp>) {
        if (norm.getScale())
          fused.getScaleMutable().assign(norm.getScale());
        if (norm.getShift())
          fused.getShiftMutable().assign(norm.getShift());
        setSmoothing(fused, norm);
      }
    });
    rewriter.replaceOp(norm, fused);
    rewriter.eraseOp(producer);
    return success();
  }
};

/// pool(matmul) -> matmul pool, where nothing else reads the matmul: its rows
/// of tokens, a vocabulary wide perhaps, are never stored.
struct FusePool : OpRewritePattern<PoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PoolOp pool,
                                PatternRewriter &rewriter) const override {
    auto matmul = pool.getInput().getDefiningOp<MatmulOp>();
    if (!matmul || !pool.getInput().hasOneUse() || pool->getNumResults() == 0 ||
        pool.getNorm() || !canPool(matmul, pool.getKind()))
      return failure();
    rewriter.setInsertionPoint(pool);
    auto fused = cast<MatmulOp>(
        cloneWithTypes(rewriter, matmul, pool->getResultTypes()));
    rewriter.modifyOpInPlace(fused, [&] {
      fused.setPool(pool.getKind());
      fused.getOffsetsMutable().assign(pool.getOffsets());
    });
    rewriter.replaceOp(pool, fused);
    rewriter.eraseOp(matmul);
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
        inner->getNumResults() != 1 || inner.getPositions() ||
        ((inner.getRow() || inner.getSegments()) &&
         (outer.getRow() || outer.getSegments())))
      return failure();
    rewriter.setInsertionPoint(outer);
    auto fused = cast<GatherOp>(
        cloneWithTypes(rewriter, inner, outer->getResultTypes()));
    rewriter.modifyOpInPlace(fused, [&] {
      if (outer.getRow())
        fused.getRowMutable().assign(outer.getRow());
      if (outer.getSegments()) {
        fused.getTypesMutable().assign(outer.getTypes());
        fused.getSegmentsMutable().assign(outer.getSegments());
      }
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
        setSmoothing(fused, outer);
      }
    });
    rewriter.replaceOp(outer, fused);
    rewriter.eraseOp(inner);
    return success();
  }
};

/// quantize(kernel) -> kernel with a second result; or with its result in bf16,
/// where that is all that anyone reads and no norm follows.
struct FuseQuantize : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp quantize,
                                PatternRewriter &rewriter) const override {
    Operation *producer = quantize.getInput().getDefiningOp();
    if (quantize->getNumResults() == 0 || !producer ||
        producer->getNumResults() != 1 ||
        !isa<MatmulOp, PrepareHeadsOp, AttentionOp, GatherOp, RowNormOp>(
            producer))
      return failure();
    rewriter.setInsertionPoint(producer);
    Type narrow = quantize->getResult(0).getType();
    if (quantize.getInput().hasOneUse() && !producer->hasAttr("norm") &&
        isa<MatmulOp, PrepareHeadsOp, AttentionOp>(producer) &&
        cast<ShapedType>(narrow).getElementType().isBF16()) {
      Operation *fused = cloneWithTypes(rewriter, producer, narrow);
      rewriter.replaceOp(quantize, fused->getResult(0));
      rewriter.eraseOp(producer);
      return success();
    }
    if (isa<PrepareHeadsOp>(producer))
      return failure(); // it has no second result
    // Only what finishes with a norm is smoothed.
    Value smoothing = quantize.getSmoothing();
    if (smoothing && isa<AttentionOp>(producer))
      return failure();
    // What smooths is defined before the quantize, not the producer.
    if (auto weight = smoothing ? smoothing.getDefiningOp<WeightOp>() : nullptr)
      rewriter.moveOpBefore(weight, producer);
    else if (smoothing && !isa<BlockArgument>(smoothing))
      return failure();
    Operation *fused = cloneWithTypes(
        rewriter, producer, {producer->getResult(0).getType(), narrow});
    rewriter.modifyOpInPlace(fused, [&] { setSmoothing(fused, quantize); });
    rewriter.replaceOp(quantize, fused->getResult(1));
    rewriter.replaceOp(producer, fused->getResult(0));
    return success();
  }
};

struct FuseEpilogues : emblem::impl::FuseEpiloguesBase<FuseEpilogues> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseResidual, FusePool, FuseGathers, FuseNorm<MatmulOp>,
                 FuseNorm<GatherOp>, FuseNorm<PoolOp>, FuseQuantize>(
        &getContext());
    FrozenRewritePatternSet frozen(std::move(patterns));
    for (auto model : getOperation().getOps<FunctionOpInterface>())
      if (failed(applyPatternsGreedily(model, frozen)))
        return signalPassFailure();
  }
};

} // namespace

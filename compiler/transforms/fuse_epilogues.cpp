//===- fuse_epilogues.cpp - Epilogues of kernels --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/passes.h"
#include "dialects/kernel/narrow_floats.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

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

/// What gives `rows` to nobody but one reader, has no other result and may take
/// an epilogue; else null.
TakesEpilogue getOnlyProducer(Value rows) {
  auto producer = rows.getDefiningOp<TakesEpilogue>();
  return producer && rows.hasOneUse() && producer->getNumResults() == 1
             ? producer
             : TakesEpilogue();
}

/// add(kernel, x) -> kernel residual(x).
struct FuseResidual : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AddOp add,
                                PatternRewriter &rewriter) const override {
    if (add->getNumResults() == 0)
      return failure();
    for (auto [side, other] :
         {std::pair<Value, Value>{add.getLhs(), add.getRhs()},
          {add.getRhs(), add.getLhs()}}) {
      TakesEpilogue producer = getOnlyProducer(side);
      if (!producer || !producer.takesResidual())
        continue;
      rewriter.setInsertionPoint(add);
      auto fused = cast<TakesEpilogue>(rewriter.clone(*producer));
      rewriter.modifyOpInPlace(fused, [&] { fused.addResidual(other); });
      rewriter.replaceOp(add, fused);
      rewriter.eraseOp(producer);
      return success();
    }
    return failure();
  }
};

/// norm(kernel) -> kernel norm.
struct FuseNorm : OpRewritePattern<RowNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RowNormOp norm,
                                PatternRewriter &rewriter) const override {
    TakesEpilogue producer = getOnlyProducer(norm.getInput());
    if (!producer || norm->getNumResults() == 0 ||
        !producer.takesNorm(norm.getNorm()) ||
        (norm.getSmoothing() && !producer.takesSmoothing()))
      return failure();
    rewriter.setInsertionPoint(norm);
    auto fused = cast<TakesEpilogue>(
        cloneWithTypes(rewriter, producer, norm->getResultTypes()));
    rewriter.modifyOpInPlace(fused, [&] {
      fused.addNorm({norm.getNormAttr(), norm.getEpsilonAttr(), norm.getScale(),
                     norm.getShift()});
      if (norm.getSmoothing())
        fused.addSmoothing(norm.getSmoothing());
    });
    rewriter.replaceOp(norm, fused);
    rewriter.eraseOp(producer);
    return success();
  }
};

/// pool(kernel) -> kernel pool: its rows of tokens, a vocabulary wide perhaps,
/// are never stored.
struct FusePool : OpRewritePattern<PoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PoolOp pool,
                                PatternRewriter &rewriter) const override {
    TakesEpilogue producer = getOnlyProducer(pool.getInput());
    if (!producer || pool->getNumResults() == 0 || pool.getNorm() ||
        !producer.takesPool(pool.getKind()))
      return failure();
    rewriter.setInsertionPoint(pool);
    auto fused = cast<TakesEpilogue>(
        cloneWithTypes(rewriter, producer, pool->getResultTypes()));
    rewriter.modifyOpInPlace(
        fused, [&] { fused.addPool(pool.getKind(), pool.getOffsets()); });
    rewriter.replaceOp(pool, fused);
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
        if (outer.getCounted())
          fused.getCountedMutable().assign(outer.getCounted());
        fused.setUncountedAttr(outer.getUncountedAttr());
      }
      if (outer.getNorm())
        fused.addNorm(outer.getEpilogueNorm());
      if (outer.getSmoothing())
        fused.addSmoothing(outer.getSmoothing());
    });
    rewriter.replaceOp(outer, fused);
    rewriter.eraseOp(inner);
    return success();
  }
};

/// quantize(kernel) -> kernel with a second result; or with its result in bf16
/// or f16, where that is all that anyone reads.
struct FuseQuantize : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp quantize,
                                PatternRewriter &rewriter) const override {
    auto producer = quantize.getInput().getDefiningOp<TakesEpilogue>();
    if (quantize->getNumResults() == 0 || !producer ||
        producer->getNumResults() != 1)
      return failure();
    rewriter.setInsertionPoint(producer);
    Type narrow = quantize->getResult(0).getType();
    if (quantize.getInput().hasOneUse() && producer.mayWriteBf16() &&
        isNarrowFloat(cast<ShapedType>(narrow).getElementType())) {
      Operation *fused = cloneWithTypes(rewriter, producer, narrow);
      rewriter.replaceOp(quantize, fused->getResult(0));
      rewriter.eraseOp(producer);
      return success();
    }
    Value smoothing = quantize.getSmoothing();
    if (!producer.takesSecondResult() ||
        (smoothing && !producer.takesSmoothing()))
      return failure();
    // What smooths is defined before the quantize, not the producer.
    if (auto weight = smoothing ? smoothing.getDefiningOp<WeightOp>() : nullptr)
      rewriter.moveOpBefore(weight, producer);
    else if (smoothing && !isa<BlockArgument>(smoothing))
      return failure();
    auto fused = cast<TakesEpilogue>(cloneWithTypes(
        rewriter, producer, {producer->getResult(0).getType(), narrow}));
    if (smoothing)
      rewriter.modifyOpInPlace(fused, [&] { fused.addSmoothing(smoothing); });
    rewriter.replaceOp(quantize, fused->getResult(1));
    rewriter.replaceOp(producer, fused->getResult(0));
    return success();
  }
};

struct FuseEpilogues : emblem::impl::FuseEpiloguesBase<FuseEpilogues> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseResidual, FusePool, FuseGathers, FuseNorm, FuseQuantize>(
        &getContext());
    FrozenRewritePatternSet frozen(std::move(patterns));
    for (auto model : getOperation().getOps<FunctionOpInterface>())
      if (failed(applyPatternsGreedily(model, frozen)))
        return signalPassFailure();
  }
};

} // namespace

//===- expand_math.cpp - math of f32 vectors -> polynomials ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Error bounds against the exact function, over all finite f32, as evaluated in
// f32 (test/unit/backend/cpu/math_accuracy_test.cpp holds them):
//
//   exp2  relative 2e-7 from -126 to 127.49; clamped outside. With `ninf`
//         (no result is infinite) x is at most 127, and what is below 2^-126
//         may become smaller still, down to 0
//   exp   relative 4e-7 from -87 to 88; clamped outside as exp2 is
//   tanh  absolute 2e-7
//   log1p relative 2e-7 from 2^-126 to 2^126; clamped to between 0 and 2^126
//
// A NaN stays a NaN. The coefficients are minimax fits (iteratively reweighted
// least squares on 4,000 and 6,000 Chebyshev points, in double precision) of
// the degree that rounds away.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/loop_builder.h"
#include "compiler/backend/math/logarithm.h"
#include "compiler/target/target_diagnostic.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <numbers>

namespace emblem::cpu {
#define GEN_PASS_DEF_EXPANDMATH
#include "compiler/backend/cpu/mlir/passes.h.inc"
} // namespace emblem::cpu

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

// 2^f for f in [-1/2, 1/2], exact at 0; relative error 9.2e-8.
static constexpr double kExp2[] = {1.0,
                                   6.931469776e-1,
                                   2.402224209e-1,
                                   5.550733743e-2,
                                   9.671512645e-3,
                                   1.326472712e-3};
// The same for `afn`; relative error 1.1e-4.
static constexpr double kShortExp2[] = {1.0, 6.932829272e-1, 2.422109595e-1,
                                        5.500893049e-2};

namespace {

struct Expansion {
  LoopBuilder &b;

  Value round(Value x) {
    return math::RoundEvenOp::create(b.builder, b.loc, x);
  }

  Value exp2(math::Exp2Op op) {
    auto has = [&](arith::FastMathFlags flag) {
      return arith::bitEnumContainsAll(op.getFastmath(), flag);
    };
    bool isFinite = has(arith::FastMathFlags::ninf);
    Value x = op.getOperand();
    if (!isFinite)
      x = b.minf(b.splat(127.49), x);
    if (!isFinite || !b.scalesToZero())
      x = b.maxf(b.splat(-126.0), x);
    Value whole = round(x);
    Value fraction = b.subf(x, whole);
    return b.scaleByPower(has(arith::FastMathFlags::afn)
                              ? b.polynomial(kShortExp2, fraction)
                              : b.polynomial(kExp2, fraction),
                          whole);
  }

  Value exp(math::ExpOp op) { return exp(op.getOperand()); }
  Value exp(Value x) {
    // x - n ln(2)
    x = b.clamp(x, -87.0, 88.0);
    Value whole = round(b.mulf(x, b.splat(std::numbers::log2e)));
    Value rest =
        b.fma(whole, b.splat(-kLn2Low), b.fma(whole, b.splat(-kLn2High), x));
    Value fraction = b.mulf(rest, b.splat(std::numbers::log2e));
    return b.scaleByPower(b.polynomial(kExp2, fraction), whole);
  }

  // log(2^k (1 + f)) with 1 + x = 2^k (1 + f). As f is made of x itself, not of
  // 1 + x, which is rounded, nothing of a small x is lost.
  Value log1p(math::Log1pOp op) {
    Value x = b.clamp(op.getOperand(), 0.0, 0x1p126);
    Value one = b.splat(1.0);
    Value exponent = arith::BitcastOp::create(b.builder, b.loc, b.wordsType(),
                                              b.addf(x, one));
    exponent = arith::SubIOp::create(b.builder, b.loc, exponent,
                                     b.splatWord(kSqrtHalfBits));
    exponent =
        arith::ShRSIOp::create(b.builder, b.loc, exponent, b.splatWord(23));
    Value k =
        arith::SIToFPOp::create(b.builder, b.loc, b.vectorType(), exponent);
    Value scale = b.scaleByPower(one, b.subf(b.splat(0.0), k));
    Value f = b.fma(x, scale, b.subf(scale, one));
    Value rest = b.fma(b.polynomial(kLog1p, f), f, b.splat(-0.5));
    rest = b.fma(b.mulf(f, f), rest, b.mulf(k, b.splat(kLn2Low)));
    return b.fma(k, b.splat(kLn2High), b.addf(f, rest));
  }

  // 1 - 2 / (exp(2x) + 1)
  Value tanh(math::TanhOp op) {
    Value x = op.getOperand();
    Value power = exp(b.addf(x, x));
    Value one = b.splat(1.0);
    return b.subf(one, b.divf(b.splat(2.0), b.addf(power, one)));
  }
};

template <typename OpT, Value (Expansion::*Expand)(OpT)>
struct ExpandPattern : OpRewritePattern<OpT> {
  ExpandPattern(MLIRContext *context, const Target &target)
      : OpRewritePattern<OpT>(context), target(target) {}

  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<VectorType>(op.getType());
    if (!type || !type.getElementType().isF32() || type.getRank() != 1 ||
        type.getDimSize(0) != target.vectorWidth)
      return failure();
    LoopBuilder builder(rewriter, op.getLoc(), target);
    rewriter.replaceOp(op, (Expansion{builder}.*Expand)(op));
    return success();
  }

  const Target &target;
};

struct ExpandMath : cpu::impl::ExpandMathBase<ExpandMath> {
  using ExpandMathBase::ExpandMathBase;

  void runOnOperation() override {
    const Target *found = findTargetOrEmit(getOperation(), target);
    if (!found)
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandPattern<math::Exp2Op, &Expansion::exp2>,
                 ExpandPattern<math::ExpOp, &Expansion::exp>,
                 ExpandPattern<math::TanhOp, &Expansion::tanh>,
                 ExpandPattern<math::Log1pOp, &Expansion::log1p>>(&getContext(),
                                                                  *found);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

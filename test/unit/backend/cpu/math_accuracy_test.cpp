//===- math_accuracy_test.cpp - The error bounds of expand_math.cpp -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "vector_function.h"

#include <cmath>

using namespace emblem;
using namespace emblem::cpu;
using mlir::Value;

template <typename OpT> static Value emit(LoopBuilder &b, Value x) {
  return OpT::create(b.builder, b.loc, x);
}

static Value emitShortExp2(LoopBuilder &b, Value x) {
  return mlir::math::Exp2Op::create(b.builder, b.loc, x,
                                    mlir::arith::FastMathFlags::afn);
}

// The bounds that expand_math.cpp states.
static const Bound bounds[] = {
    {"exp2", emit<mlir::math::Exp2Op>, [](double x) { return std::exp2(x); },
     -126.0, 127.49, [](double, double exact) { return 2e-7 * exact; }},
    {"exp2 afn", emitShortExp2, [](double x) { return std::exp2(x); }, -126.0,
     127.49, [](double, double exact) { return 1.1e-4 * exact; }},
    {"exp", emit<mlir::math::ExpOp>, [](double x) { return std::exp(x); },
     -87.0, 88.0, [](double, double exact) { return 4e-7 * exact; }},
    {"tanh", emit<mlir::math::TanhOp>, [](double x) { return std::tanh(x); },
     -INFINITY, INFINITY, [](double, double) { return 2e-7; }},
    {"log1p", emit<mlir::math::Log1pOp>, [](double x) { return std::log1p(x); },
     0x1p-126, 0x1p126, [](double, double exact) { return 2e-7 * exact; }},
};

namespace {

class MathAccuracy : public OnEveryTarget {};

TEST_P(MathAccuracy, HoldsTheBounds) {
  for (const Bound &bound : bounds)
    checkBound(bound, *GetParam());
}

// Where the exact result is no normal f32, the nearest one that is.
TEST_P(MathAccuracy, ClampsOutside) {
  VectorFunction exp2(*GetParam(), emit<mlir::math::Exp2Op>);
  for (float y : exp2({-126.5f, -150.0f, -3.0e38f, -INFINITY}))
    EXPECT_EQ(y, 0x1p-126f);
  for (float y : exp2({127.6f, 128.0f, 3.0e38f, INFINITY})) {
    EXPECT_GT(y, 0x1p127f);
    EXPECT_LT(y, INFINITY);
  }
  VectorFunction exp(*GetParam(), emit<mlir::math::ExpOp>);
  for (float y : exp({-87.5f, -100.0f, -3.0e38f, -INFINITY})) {
    EXPECT_GT(y, 0.0f);
    EXPECT_LT(y, 2e-38f);
  }
  for (float y : exp({88.5f, 100.0f, 3.0e38f, INFINITY})) {
    EXPECT_GT(y, 1.6e38f);
    EXPECT_LT(y, INFINITY);
  }
}

TEST_P(MathAccuracy, Log1pOfZeroIsZero) {
  VectorFunction log1p(*GetParam(), emit<mlir::math::Log1pOp>);
  for (float y : log1p({0.0f, -0.0f, -1.0f, -3.0e38f, -INFINITY}))
    EXPECT_EQ(y, 0.0f);
  for (float y : log1p({1e38f, 3.0e38f, INFINITY}))
    EXPECT_NEAR(y, 126 * std::log(2.0f), 1e-4);
}

// Attention relies on it: a row whose maximum is its only score has weight 1.
TEST_P(MathAccuracy, Exp2OfWholeNumbersIsExact) {
  VectorFunction exp2(*GetParam(), emit<mlir::math::Exp2Op>);
  for (int whole = -126; whole <= 127; ++whole)
    EXPECT_EQ(exp2({static_cast<float>(whole)})[0], std::ldexp(1.0f, whole));
}

INSTANTIATE_TEST_SUITE_P(Targets, MathAccuracy,
                         testing::ValuesIn(everyTarget()), targetName);

} // namespace

//===- activations.cpp - The activations as arithmetic --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// GELU is within 4e-7 |x| of the exact function, and within 1e-6 where x is
// negative; log1p_relu is within 2e-7 of itself, and its repetition within
// 4e-7; the others are within 4e-7 |x| for all x up to 1e12 in size, and tanh
// and the sigmoid within 2e-7
// (test/unit/backend/cpu/activation_test.cpp holds it).
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/loop_builder.h"
#include "compiler/backend/math/normal_distribution.h"

#include <numbers>

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

/// x times the standard normal distribution (Hendrycks and Gimpel, 2016).
static Value gelu(LoopBuilder &b, Value x) {
  // What a large negative x is multiplied by is not quite 0: then the bound
  // stands for it.
  x = b.maxf(b.splat(-kNormalBound), x);
  Value clamped = b.minf(b.splat(kNormalBound), x);
  Value square = b.mulf(clamped, clamped);
  Value odd = b.divf(b.mulf(clamped, b.polynomial(kNormalP, square)),
                     b.polynomial(kNormalQ, square));
  return b.mulf(x, b.addf(odd, b.splat(0.5)));
}

Value LoopBuilder::activate(Value x, emb::Activation activation) {
  Value half = splat(0.5), one = splat(1.0);
  switch (activation) {
  case emb::Activation::Identity:
    return x;
  case emb::Activation::Gelu:
    return gelu(*this, x);
  case emb::Activation::GeluTanh: {
    // x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))
    Value cubic = fma(mulf(x, x), splat(0.044715), one);
    Value inner = mulf(mulf(x, splat(std::sqrt(2 / std::numbers::pi))), cubic);
    Value tanh = math::TanhOp::create(builder, loc, inner);
    Value halfX = mulf(x, half);
    return fma(halfX, tanh, halfX);
  }
  case emb::Activation::Relu:
    return maxf(splat(0.0), x);
  case emb::Activation::Silu:      // x / (1 + exp(-x))
  case emb::Activation::QuickGelu: // x / (1 + exp(-1.702 x))
  case emb::Activation::Sigmoid: {
    Value negated = activation == emb::Activation::QuickGelu
                        ? mulf(splat(-1.702), x)
                        : subf(splat(0.0), x);
    Value exp = math::ExpOp::create(builder, loc, negated);
    return divf(activation == emb::Activation::Sigmoid ? one : x,
                addf(one, exp));
  }
  case emb::Activation::Tanh:
    return math::TanhOp::create(builder, loc, x);
  case emb::Activation::Log1pRelu:
    return math::Log1pOp::create(builder, loc, maxf(splat(0.0), x));
  case emb::Activation::Log1pLog1pRelu:
    return math::Log1pOp::create(builder, loc,
                                 activate(x, emb::Activation::Log1pRelu));
  }
  llvm_unreachable("an activation without a formula");
}

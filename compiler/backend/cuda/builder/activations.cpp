//===- activations.cpp - The activations in a thread ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The formulas are the CPU's. Powers and quotients are the hardware's: ex2 and
// rcp are within two units of the last place, and what they are made of is never
// so large that this shows in a result.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/builder/activations.h"

#include "compiler/backend/math/logarithm.h"
#include "compiler/backend/math/normal_distribution.h"

#include <cmath>
#include <numbers>

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

static constexpr double kLog2E = std::numbers::log2e;

/// 1 / (1 + exp(-factor x)): 1 / (1 + infinity) is 0.
static Value sigmoid(DeviceBuilder &b, Value x, double factor = 1) {
  Value power = b.exp2(b.mulf(x, b.f32(-factor * kLog2E)));
  return b.reciprocal(b.addf(power, b.f32(1)));
}

/// x times the standard normal distribution (Hendrycks and Gimpel, 2016).
static Value gelu(DeviceBuilder &b, Value x) {
  // What a large negative x is multiplied by is not quite 0: then the bound
  // stands for it.
  x = b.atLeast(x, -kNormalBound);
  Value clamped = b.minf(x, b.f32(kNormalBound));
  Value square = b.mulf(clamped, clamped);
  Value odd = b.mulf(b.mulf(clamped, b.polynomial(kNormalP, square)),
                     b.reciprocal(b.polynomial(kNormalQ, square)));
  return b.mulf(x, b.addf(odd, b.f32(0.5)));
}

/// log(1 + x) for x from 0 on: log(2^k (1 + f)) with 1 + x = 2^k (1 + f), f
/// made of x itself, so that nothing of a small x is lost.
static Value log1p(DeviceBuilder &b, Value x) {
  Value one = b.f32(1);
  Value bounded = b.atMost(x, 0x1p126);
  Value above = b.sub(b.asBits(b.addf(bounded, one)), b.i32(kSqrtHalfBits));
  Value exponent = b.shiftRight(above, 23);
  Value k = b.toFloat(exponent);
  // 2^-k
  Value scale = b.asFloat(b.shiftLeft(b.sub(b.i32(127), exponent), 23));
  Value f = b.fma(bounded, scale, b.subf(scale, one));
  Value rest = b.fma(b.polynomial(kLog1p, f), f, b.f32(-0.5));
  rest = b.fma(b.mulf(f, f), rest, b.mulf(k, b.f32(kLn2Low)));
  return b.fma(k, b.f32(kLn2High), b.addf(f, rest));
}

Value cuda::emitTanh(DeviceBuilder &b, Value x) {
  return b.fma(b.f32(-2), sigmoid(b, x, -2), b.f32(1));
}

Value cuda::activate(DeviceBuilder &b, Value x, emb::Activation activation) {
  switch (activation) {
  case emb::Activation::Identity:
    return x;
  case emb::Activation::Gelu:
    return gelu(b, x);
  case emb::Activation::GeluTanh: {
    // x / 2 * (1 + tanh(u)) = x / (1 + exp(-2u)), u = sqrt(2 / pi) * (x +
    // 0.044715 x^3)
    Value cubic = b.fma(b.mulf(x, x), b.f32(0.044715), b.f32(1));
    Value u = b.mulf(b.mulf(x, b.f32(std::sqrt(2 / std::numbers::pi))), cubic);
    return b.mulf(x, sigmoid(b, u, 2));
  }
  case emb::Activation::Relu:
    return b.atLeast(x, 0);
  case emb::Activation::Silu:
    return b.mulf(x, sigmoid(b, x));
  case emb::Activation::QuickGelu:
    return b.mulf(x, sigmoid(b, x, 1.702));
  case emb::Activation::Sigmoid:
    return sigmoid(b, x);
  case emb::Activation::Tanh:
    return emitTanh(b, x);
  case emb::Activation::Log1pRelu:
    return log1p(b, b.atLeast(x, 0));
  case emb::Activation::Log1pLog1pRelu:
    return log1p(b, log1p(b, b.atLeast(x, 0)));
  }
  llvm_unreachable("an activation without a formula");
}

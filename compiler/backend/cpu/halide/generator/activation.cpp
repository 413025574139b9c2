//===- activation.cpp - The activations, as Halide writes them ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The errors are those of ../../mlir/activations.cpp, by other arithmetic but
// for the coefficients of GELU and of the logarithm.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/kernels.h"
#include "compiler/backend/math/logarithm.h"
#include "compiler/backend/math/normal_distribution.h"

#include <stdexcept>

using namespace Halide;
using emblem::halide::exponential;

/// Coefficients from the constant one up, at x.
template <size_t N> static Expr polynomial(const double (&terms)[N], Expr x) {
  Expr value = static_cast<float>(terms[N - 1]);
  for (size_t i = N - 1; i-- > 0;)
    value = value * x + static_cast<float>(terms[i]);
  return value;
}

// Bounds that a NaN passes.
static Expr atLeast(Expr bound, Expr x) { return select(bound > x, bound, x); }
static Expr atMost(Expr bound, Expr x) { return select(bound < x, bound, x); }

Expr emblem::halide::exponential(Expr x) {
  return Internal::halide_exp(clamp(x, -87.0f, 88.0f));
}

static Expr tanhOf(Expr x) {
  Expr value = 1.0f - 2.0f / (exponential(x + x) + 1.0f);
  return select(x == x, value, x);
}

/// x times the standard normal distribution.
static Expr gelu(Expr x) {
  float bound = emblem::kNormalBound;
  // What a large negative x is multiplied by is not quite 0: then the bound
  // stands for it.
  x = atLeast(-bound, x);
  Expr clamped = atMost(bound, x);
  Expr square = clamped * clamped;
  Expr odd = clamped * polynomial(emblem::kNormalP, square) /
             polynomial(emblem::kNormalQ, square);
  return x * (odd + 0.5f);
}

/// log(1 + max(x, 0)), of x up to 2^126: log(2^k (1 + f)), where f is made of x
/// itself, for 1 + x is rounded.
static Expr log1pRelu(Expr x) {
  x = atLeast(0.0f, atMost(0x1p126f, x));
  Expr bits = reinterpret<int32_t>(x + 1.0f);
  Expr exponent = (bits - static_cast<int>(emblem::kSqrtHalfBits)) >> 23;
  Expr k = cast<float>(exponent);
  Expr scale = reinterpret<float>((127 - exponent) << 23); // 2^-k
  Expr f = x * scale + (scale - 1.0f);
  Expr rest = polynomial(emblem::kLog1p, f) * f - 0.5f;
  rest = f * f * rest + k * static_cast<float>(emblem::kLn2Low);
  return k * static_cast<float>(emblem::kLn2High) + (f + rest);
}

Expr emblem::halide::activate(Expr x, const std::string &name) {
  if (name == "identity")
    return x;
  if (name == "gelu")
    return gelu(x);
  if (name == "gelu_tanh") {
    Expr inner = 0.7978845608f * (x + 0.044715f * x * x * x);
    return 0.5f * x * (1.0f + tanhOf(inner));
  }
  if (name == "relu")
    return atLeast(0.0f, x);
  if (name == "silu")
    return x / (1.0f + exponential(-x));
  if (name == "quick_gelu")
    return x / (1.0f + exponential(-1.702f * x));
  if (name == "sigmoid")
    return select(x == x, 1.0f / (1.0f + exponential(-x)), x);
  if (name == "tanh")
    return tanhOf(x);
  if (name == "log1p_relu")
    return log1pRelu(x);
  if (name == "log1p_log1p_relu")
    return log1pRelu(log1pRelu(x));
  throw std::runtime_error("no activation is called '" + name + "'");
}

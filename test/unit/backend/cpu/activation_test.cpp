//===- activation_test.cpp - The activations over all of f32 --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "vector_function.h"

#include <cmath>
#include <numbers>

using namespace emblem;
using namespace emblem::cpu;
using mlir::Value;

template <emb::Activation activation>
static Value emit(LoopBuilder &b, Value x) {
  return b.activate(x, activation);
}

static double gelu(double x) {
  return x * std::erfc(-x / std::numbers::sqrt2) / 2;
}

static double geluTanh(double x) {
  double inner = std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x);
  return x / 2 * (1 + std::tanh(inner));
}

static double silu(double x) { return x / (1 + std::exp(-x)); }

static double quickGelu(double x) { return x / (1 + std::exp(-1.702 * x)); }

static double log1pRelu(double x) { return std::log1p(std::max(x, 0.0)); }

// What a feature gains or loses is small beside the feature, but where it is no
// normal f32.
static double partOfInput(double x, double) {
  return 4e-7 * std::abs(x) + 0x1p-126;
}

// GELU is used where it is nearly 0, too.
static double partOfInputOrLess(double x, double exact) {
  return x < 0 ? std::min(1e-6, partOfInput(x, exact)) : partOfInput(x, exact);
}

// The cube of what lies beyond is no f32; no feature comes near.
static constexpr double kLargest = 1e12;

static const Bound bounds[] = {
    {"identity", emit<emb::Activation::Identity>, [](double x) { return x; },
     -INFINITY, INFINITY, [](double, double) { return 0.0; }},
    {"relu", emit<emb::Activation::Relu>,
     [](double x) { return x > 0 ? x : 0; }, -INFINITY, INFINITY,
     [](double, double) { return 0.0; }},
    {"gelu", emit<emb::Activation::Gelu>, gelu, -kLargest, kLargest,
     partOfInputOrLess},
    {"gelu_tanh", emit<emb::Activation::GeluTanh>, geluTanh, -kLargest,
     kLargest, partOfInput},
    {"silu", emit<emb::Activation::Silu>, silu, -kLargest, kLargest,
     partOfInput},
    {"quick_gelu", emit<emb::Activation::QuickGelu>, quickGelu, -kLargest,
     kLargest, partOfInput},
    {"tanh", emit<emb::Activation::Tanh>, [](double x) { return std::tanh(x); },
     -INFINITY, INFINITY, [](double, double) { return 2e-7; }},
    {"sigmoid", emit<emb::Activation::Sigmoid>,
     [](double x) { return 1 / (1 + std::exp(-x)); }, -INFINITY, INFINITY,
     [](double, double) { return 2e-7; }},
    {"log1p_relu", emit<emb::Activation::Log1pRelu>, log1pRelu, -INFINITY,
     0x1p126, [](double, double exact) { return 2e-7 * exact + 0x1p-126; }},
    {"log1p_log1p_relu", emit<emb::Activation::Log1pLog1pRelu>,
     [](double x) { return std::log1p(log1pRelu(x)); }, -INFINITY, 0x1p126,
     [](double, double exact) { return 4e-7 * exact + 0x1p-126; }},
};

namespace {

class Activations : public OnEveryTarget {};

TEST_P(Activations, AreCloseEverywhere) {
  for (const Bound &bound : bounds)
    checkBound(bound, *GetParam());
}

INSTANTIATE_TEST_SUITE_P(Targets, Activations, testing::ValuesIn(everyTarget()),
                         targetName);

} // namespace

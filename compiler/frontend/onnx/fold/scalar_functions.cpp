//===- scalar_functions.cpp - Operators that work element by element ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/scalar_functions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <cmath>
#include <numbers>

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

using Unary = double (*)(double);
using Binary = double (*)(double, double);

static double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

static double gelu(double x) {
  return 0.5 * x * (1.0 + std::erf(x / std::numbers::sqrt2));
}

static double geluTanh(double x) {
  return 0.5 * x *
         (1.0 + std::tanh(std::sqrt(2.0 / std::numbers::pi) *
                          (x + 0.044715 * x * x * x)));
}

std::function<double(double)> onnx::findUnary(const Node &node) {
  if (!node.domain.empty())
    return nullptr;
  if (node.operation == "Gelu")
    return node.text("approximate") == "tanh" ? geluTanh : gelu;
  return StringSwitch<Unary>(node.operation)
      .Case("Abs", [](double x) { return std::fabs(x); })
      .Case("Ceil", [](double x) { return std::ceil(x); })
      .Case("Cos", [](double x) { return std::cos(x); })
      .Case("Erf", [](double x) { return std::erf(x); })
      .Case("Exp", [](double x) { return std::exp(x); })
      .Case("Floor", [](double x) { return std::floor(x); })
      .Case("IsNaN", [](double x) { return std::isnan(x) ? 1.0 : 0.0; })
      .Case("Log", [](double x) { return std::log(x); })
      .Case("Neg", [](double x) { return -x; })
      .Case("Not", [](double x) { return x == 0.0 ? 1.0 : 0.0; })
      .Case("Reciprocal", [](double x) { return 1.0 / x; })
      .Case("Relu", [](double x) { return x > 0.0 ? x : 0.0; })
      .Case("Round", [](double x) { return std::nearbyint(x); })
      .Case("Sigmoid", sigmoid)
      .Case("Sign", [](double x) { return double((x > 0.0) - (x < 0.0)); })
      .Case("Sin", [](double x) { return std::sin(x); })
      .Case("Sqrt", [](double x) { return std::sqrt(x); })
      .Case("Swish", [](double x) { return x * sigmoid(x); })
      .Case("Tanh", [](double x) { return std::tanh(x); })
      .Default(nullptr);
}

// The remainder has the divisor's sign, or with fmod the dividend's.
static double modulo(double a, double b) {
  double remainder = std::fmod(a, b);
  return remainder != 0.0 && (remainder < 0.0) != (b < 0.0) ? remainder + b
                                                            : remainder;
}

std::function<double(double, double)> onnx::findBinary(const Node &node,
                                                       bool whole) {
  if (!node.domain.empty())
    return nullptr;
  if (node.operation == "Div" && whole)
    return [](double a, double b) { return std::trunc(a / b); };
  if (node.operation == "Mod" && node.integer("fmod", 0) == 0)
    return modulo;
  return StringSwitch<Binary>(node.operation)
      .Case("Add", [](double a, double b) { return a + b; })
      .Case("And", [](double a, double b) { return double(a != 0 && b != 0); })
      .Case("Div", [](double a, double b) { return a / b; })
      .Case("Equal", [](double a, double b) { return double(a == b); })
      .Case("Greater", [](double a, double b) { return double(a > b); })
      .Case("GreaterOrEqual", [](double a, double b) { return double(a >= b); })
      .Case("Less", [](double a, double b) { return double(a < b); })
      .Case("LessOrEqual", [](double a, double b) { return double(a <= b); })
      .Case("Max", [](double a, double b) { return a > b ? a : b; })
      .Case("Min", [](double a, double b) { return a < b ? a : b; })
      .Case("Mod", [](double a, double b) { return std::fmod(a, b); })
      .Case("Mul", [](double a, double b) { return a * b; })
      .Case("Or", [](double a, double b) { return double(a != 0 || b != 0); })
      .Case("Pow", [](double a, double b) { return std::pow(a, b); })
      .Case("Sub", [](double a, double b) { return a - b; })
      .Case("Xor",
            [](double a, double b) { return double((a != 0) != (b != 0)); })
      .Default(nullptr);
}

bool onnx::isPredicate(const Node &node) {
  static constexpr StringLiteral predicates[] = {
      "And",   "Equal", "Greater",     "GreaterOrEqual",
      "IsNaN", "Less",  "LessOrEqual", "Not",
      "Or",    "Xor"};
  return llvm::is_contained(predicates, node.operation);
}

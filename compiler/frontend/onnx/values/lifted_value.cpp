//===- lifted_value.cpp - The meaning of a graph's value ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/values/lifted_value.h"

#include "compiler/frontend/onnx/fold/scalar_functions.h"

#include "llvm/ADT/STLExtras.h"

#include <charconv>
#include <cmath>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

Tensor onnx::exampleOf(ArrayRef<int64_t> shape) {
  Tensor example = Tensor::filled(TensorKind::Float, shape, 0.0);
  // Steele et al., "Fast Splittable Pseudorandom Number Generators", 2014; 22
  // bits of it, so that each is a float too, and never 0.
  for (auto [i, value] : llvm::enumerate(example.values)) {
    uint64_t z = (i + 1) * 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    value = (double((z ^ (z >> 31)) >> 42) + 0.5) / double(1 << 21) - 1.0;
  }
  return example;
}

//===----------------------------------------------------------------------===//
// Functions of one number
//===----------------------------------------------------------------------===//

ArrayRef<double> onnx::samplePoints(LiftedValue &base) {
  static constexpr double any[] = {-7.0, -3.0, -1.5, -0.75, -0.2, 0.0,
                                   0.1,  0.3,  0.8,  1.3,   2.1,  5.0};
  static constexpr double notNegative[] = {0.0, 1e-3, 0.02, 0.1, 0.3, 0.5,
                                           0.8, 1.0,  1.3,  2.1, 5.0, 9.0};
  Reduced *reduced = base.as<Reduced>();
  if (reduced && reduced->kind != Reduction::Mean)
    return notNegative;
  return any;
}

Function onnx::asFunction(const ValuePtr &value) {
  if (Function *function = value->as<Function>())
    return *function;
  ArrayRef<double> points = samplePoints(*value);
  return {value, points.vec()};
}

// The constants of a graph are floats.
static bool isClose(double a, double b) {
  return a == b || std::fabs(a - b) <=
                       1e-6 * std::max({1e-3, std::fabs(a), std::fabs(b)});
}

static bool agrees(ArrayRef<double> points, ArrayRef<double> samples,
                   function_ref<double(double)> function) {
  return llvm::all_of(llvm::zip_equal(points, samples), [&](auto pair) {
    return isClose(function(std::get<0>(pair)), std::get<1>(pair));
  });
}

bool onnx::areClose(ArrayRef<double> a, ArrayRef<double> b) {
  return a.size() == b.size() && llvm::all_of(llvm::zip(a, b), [](auto pair) {
           return isClose(std::get<0>(pair), std::get<1>(pair));
         });
}

std::optional<double> onnx::linearFactor(LiftedValue &base,
                                         ArrayRef<double> samples) {
  ArrayRef<double> points = samplePoints(base);
  double factor = samples.back() / points.back();
  if (!std::isfinite(factor) ||
      !agrees(points, samples, [&](double x) { return factor * x; }))
    return std::nullopt;
  return factor;
}

using KnownActivation =
    std::pair<emb::Activation, std::function<double(double)>>;

static const std::vector<KnownActivation> &knownActivations() {
  auto node = [](StringRef operation, StringRef approximate = "") {
    Node node;
    node.operation = operation.str();
    node.attributes["approximate"] = approximate.str();
    return findUnary(node);
  };
  static const std::vector<KnownActivation> known = {
      {emb::Activation::Identity, [](double x) { return x; }},
      {emb::Activation::Gelu, node("Gelu")},
      {emb::Activation::GeluTanh, node("Gelu", "tanh")},
      {emb::Activation::Relu, node("Relu")},
      {emb::Activation::Silu, node("Swish")},
      {emb::Activation::Tanh, node("Tanh")},
      {emb::Activation::Sigmoid, node("Sigmoid")},
      {emb::Activation::QuickGelu,
       [](double x) { return x / (1.0 + std::exp(-1.702 * x)); }}};
  return known;
}

std::optional<std::vector<double>>
onnx::findSquareRoot(ArrayRef<double> points, ArrayRef<double> samples) {
  for (const KnownActivation &known : knownActivations()) {
    const auto &function = known.second;
    std::vector<double> root;
    for (double x : points)
      root.push_back(function(x));
    auto square = [&](double x) { return std::pow(function(x), 2); };
    if (agrees(points, samples, square))
      return root;
  }
  return std::nullopt;
}

std::optional<emb::Activation> onnx::findActivation(ArrayRef<double> points,
                                                    ArrayRef<double> samples,
                                                    bool isHalf) {
  std::optional<emb::Activation> nearest;
  double least = 2e-3; // constants of 11 bits, and of 8
  for (const auto &[activation, function] : knownActivations()) {
    if (agrees(points, samples, function))
      return activation;
    double worst = 0.0;
    for (auto [x, y] : llvm::zip_equal(points, samples))
      worst = std::max(worst, std::fabs(function(x) - y));
    if (worst < least) {
      least = worst;
      nearest = activation;
    }
  }
  return isHalf ? nearest : std::nullopt;
}

std::optional<Softcap> onnx::findSoftcap(LiftedValue &base,
                                         ArrayRef<double> samples) {
  ArrayRef<double> points = samplePoints(base);
  auto at = [&](double x) {
    auto found = llvm::find(points, x);
    return found == points.end() ? NAN : samples[found - points.begin()];
  };
  // tanh(2a) / tanh(a) = 2 / (1 + tanh(a)^2)
  double once = at(-0.75), ratio = at(-1.5) / once;
  double tangent = std::sqrt(2.0 / ratio - 1.0);
  if (!(tangent > 0.0 && tangent < 1.0))
    return std::nullopt;
  Softcap found{0.0, -once / tangent};
  found.cap = std::round(found.cap * 1e4) / 1e4; // as a config.json has it
  found.scale = std::atanh(-once / found.cap) * found.cap / 0.75;
  if (!agrees(points, samples, [&](double x) {
        return found.cap * std::tanh(found.scale * x / found.cap);
      }))
    return std::nullopt;
  return found;
}

double onnx::asWritten(double value) {
  char text[64];
  auto end =
      std::to_chars(text, text + sizeof(text), static_cast<float>(value)).ptr;
  double written = value;
  std::from_chars(text, end, written);
  return written;
}

std::optional<double> onnx::rootEpsilon(ArrayRef<double> points,
                                        ArrayRef<double> samples,
                                        bool inverse) {
  double atZero = inverse ? 1.0 / samples.front() : samples.front();
  double epsilon = asWritten(atZero * atZero);
  auto root = [&](double x) {
    double value = std::sqrt(x + epsilon);
    return inverse ? 1.0 / value : value;
  };
  if (!agrees(points, samples, root))
    return std::nullopt;
  return epsilon;
}

bool onnx::isLength(ArrayRef<double> points, ArrayRef<double> samples,
                    bool inverse) {
  double least = inverse ? 1.0 / samples.front() : samples.front();
  // PyTorch's is 1e-12, and so is the dialect's.
  return least >= 0.0 && least <= 1.000001e-12 &&
         agrees(points.drop_front(), samples.drop_front(), [&](double x) {
           return inverse ? 1.0 / std::sqrt(x) : std::sqrt(x);
         });
}

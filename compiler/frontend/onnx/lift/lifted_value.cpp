//===- lifted_value.cpp - The meaning of a graph's value ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/lift/lifted_value.h"

#include "compiler/frontend/onnx/fold/scalar_functions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"

#include <charconv>
#include <cmath>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

ValuePtr onnx::makeConstant(Tensor tensor) {
  Shape shape = tensor.shape;
  Constant constant;
  constant.tensor = std::move(tensor);
  return makeValue(shape, std::move(constant));
}

ValuePtr onnx::makeWeight(StringRef name, const WeightView &view) {
  Constant constant;
  // The reader of the file knows no type that this one does not.
  constant.read = [view] { return cantFail(readTensor(view)); };
  constant.stored = view;
  bool isWeight = view.type == ElementType::F32 ||
                  view.type == ElementType::F16 ||
                  view.type == ElementType::BF16;
  constant.weight = isWeight ? name.str() : "";
  return makeValue(view.shape, std::move(constant));
}

const Tensor &onnx::read(LiftedValue &value) {
  Constant &constant = *value.as<Constant>();
  if (!constant.tensor)
    constant.tensor = constant.read();
  return *constant.tensor;
}

ValuePtr onnx::transposed(const ValuePtr &matrix) {
  const WeightExpression &weight = matrix->as<Constant>()->weight;
  Constant constant;
  constant.read = [matrix] { return transpose(read(*matrix), {1, 0}); };
  if (weight.as<WeightDerivation::Transposed>())
    constant.weight = weight.operand(0);
  else if (!weight.empty())
    constant.weight = WeightExpression::transposed(weight);
  return makeValue({matrix->shape[1], matrix->shape[0]}, std::move(constant));
}

// The weight files' readers do not mind sides of 1 before the last.
static Shape withoutOnes(ArrayRef<int64_t> shape) {
  Shape result;
  for (auto [axis, side] : llvm::enumerate(shape))
    if (side != 1 || axis + 1 == shape.size())
      result.push_back(side);
  return result;
}

ValuePtr onnx::reshaped(const ValuePtr &value, ArrayRef<int64_t> shape) {
  if (ArrayRef<int64_t>(value->shape) == shape)
    return value;
  Constant constant;
  const Constant &from = *value->as<Constant>();
  if ((constant.stored = from.stored))
    constant.stored->shape.assign(shape.begin(), shape.end());
  constant.read = [value, to = Shape(shape), stored = constant.stored] {
    if (stored)
      return cantFail(readTensor(*stored));
    Tensor tensor = read(*value);
    tensor.shape = to;
    return tensor;
  };
  if (withoutOnes(shape) == withoutOnes(value->shape)) {
    constant.weight = from.weight;
    constant.lookups = from.lookups;
  }
  return makeValue(shape, std::move(constant));
}

static WeightView rowsOf(const WeightView &view, int64_t first, int64_t last) {
  WeightView rows = view;
  rows.data += first * (view.elementCount() / view.shape.front()) *
               getInfo(view.type).size;
  rows.shape.front() = last - first;
  return rows;
}

Tensor onnx::readRows(const WeightView &view, ArrayRef<int64_t> ids) {
  Tensor rows{TensorKind::Float, Shape(view.shape), {}};
  rows.shape.front() = ids.size();
  for (int64_t id : ids) {
    Tensor row = cantFail(readTensor(rowsOf(view, id, id + 1)));
    rows.kind = row.kind;
    llvm::append_range(rows.values, row.values);
  }
  return rows;
}

ValuePtr onnx::sliced(const ValuePtr &value, int64_t first, int64_t last) {
  if (first == 0 && last == value->shape.front())
    return value;
  Shape shape(value->shape);
  shape.front() = last - first;
  Constant constant;
  if (const auto &whole = value->as<Constant>()->stored)
    constant.stored = rowsOf(*whole, first, last);
  constant.read = [value, shape, first, stored = constant.stored] {
    if (stored)
      return cantFail(readTensor(*stored));
    const Tensor &whole = read(*value);
    auto begin = whole.values.begin() +
                 first * (whole.values.size() / whole.shape.front());
    return Tensor{whole.kind, shape, {begin, begin + countElements(shape)}};
  };
  const WeightExpression &weight = value->as<Constant>()->weight;
  if (auto *rows = weight.as<WeightDerivation::Rows>())
    constant.weight = WeightExpression::rows(
        weight.operand(0), rows->first + first, rows->first + last);
  else if (!weight.empty())
    constant.weight = WeightExpression::rows(weight, first, last);
  return makeValue(shape, std::move(constant));
}

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

std::optional<double> onnx::linearFactor(LiftedValue &base,
                                         ArrayRef<double> samples) {
  ArrayRef<double> points = samplePoints(base);
  double factor = samples.back() / points.back();
  if (!std::isfinite(factor) ||
      !agrees(points, samples, [&](double x) { return factor * x; }))
    return std::nullopt;
  return factor;
}

std::optional<emb::Activation> onnx::findActivation(ArrayRef<double> points,
                                                    ArrayRef<double> samples,
                                                    bool isHalf) {
  auto node = [](StringRef operation, StringRef approximate = "") {
    Node node;
    node.operation = operation.str();
    node.attributes["approximate"] = approximate.str();
    return findUnary(node);
  };
  const std::pair<emb::Activation, std::function<double(double)>> known[] = {
      {emb::Activation::Identity, [](double x) { return x; }},
      {emb::Activation::Gelu, node("Gelu")},
      {emb::Activation::GeluTanh, node("Gelu", "tanh")},
      {emb::Activation::Relu, node("Relu")},
      {emb::Activation::Silu, node("Swish")},
      {emb::Activation::Tanh, node("Tanh")}};
  std::optional<emb::Activation> nearest;
  double least = 2e-3; // constants of 11 bits, and of 8
  for (const auto &[activation, function] : known) {
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

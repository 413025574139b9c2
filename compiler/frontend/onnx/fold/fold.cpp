//===- fold.cpp - Nodes whose inputs are known ----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/fold.h"

#include "compiler/frontend/onnx/fold/folders.h"
#include "compiler/frontend/onnx/fold/scalar_functions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

//===----------------------------------------------------------------------===//
// Element by element
//===----------------------------------------------------------------------===//

static Folded foldBinary(const Node &node, const Tensor &a, const Tensor &b) {
  bool whole = a.kind != TensorKind::Float && b.kind != TensorKind::Float;
  auto function = findBinary(node, whole);
  auto shape = broadcastShapes(a.shape, b.shape);
  if (!shape)
    return createStringError("its inputs are " + shapeText(a.shape) + " and " +
                             shapeText(b.shape));
  if (Error error = checkSize(*shape))
    return error;
  if (whole && (node.operation == "Div" || node.operation == "Mod") &&
      is_contained(b.values, 0.0))
    return createStringError("it divides by zero");
  Tensor result = broadcast(a, *shape), other = broadcast(b, *shape);
  bool isFloat = !whole && !isPredicate(node);
  for (auto [x, y] : llvm::zip_equal(result.values, other.values)) {
    x = function(x, y);
    if (isFloat)
      x = static_cast<float>(x);
  }
  if (isPredicate(node))
    result.kind = TensorKind::Boolean;
  return one(std::move(result));
}

static Folded foldWhere(const Node &, Inputs inputs) {
  const Tensor &condition = *inputs[0], &yes = *inputs[1], &no = *inputs[2];
  auto branches = broadcastShapes(yes.shape, no.shape);
  auto shape =
      branches ? broadcastShapes(condition.shape, *branches) : std::nullopt;
  if (!shape)
    return createStringError("its inputs' shapes do not fit");
  if (Error error = checkSize(*shape))
    return error;
  Tensor mask = broadcast(condition, *shape), result = broadcast(yes, *shape),
         other = broadcast(no, *shape);
  for (size_t i = 0; i < mask.values.size(); ++i)
    if (mask.values[i] == 0.0)
      result.values[i] = other.values[i];
  return one(std::move(result));
}

static Folded foldClip(const Node &, Inputs inputs) {
  Tensor result = *inputs[0];
  const Tensor *least = argument(inputs, 1), *most = argument(inputs, 2);
  for (double &value : result.values) {
    if (least && !least->values.empty())
      value = std::max(value, least->values[0]);
    if (most && !most->values.empty())
      value = std::min(value, most->values[0]);
  }
  return one(std::move(result));
}

static Folded foldCast(const Node &node, Inputs inputs) {
  Tensor result = *inputs[0];
  int64_t to = node.integer("to", 1); // onnx.proto's TensorProto.DataType
  bool isFloat = to == 1 || to == 10 || to == 11 || to == 16;
  if (!isFloat && (to < 2 || to > 13 || to == 8))
    return createStringError("it makes elements of the type " + Twine(to) +
                             " of onnx.proto");
  result.kind = isFloat   ? TensorKind::Float
                : to == 9 ? TensorKind::Boolean
                          : TensorKind::Integer;
  for (double &value : result.values)
    if (result.kind == TensorKind::Boolean)
      value = value != 0.0;
    else if (result.kind == TensorKind::Integer)
      value = std::trunc(value);
  return one(std::move(result));
}

//===----------------------------------------------------------------------===//
// Sequences and sums
//===----------------------------------------------------------------------===//

static Folded foldRange(const Node &, Inputs inputs) {
  for (size_t i = 0; i < 3; ++i)
    if (inputs[i]->values.size() != 1)
      return createStringError("its bounds are not single numbers");
  double start = inputs[0]->values[0], limit = inputs[1]->values[0],
         delta = inputs[2]->values[0];
  double count = std::ceil((limit - start) / delta);
  if (!(count <= maxElements))
    return createStringError("it has no end");
  Tensor result{inputs[0]->kind, {std::max<int64_t>(count, 0)}, {}};
  for (int64_t i = 0; i < result.shape[0]; ++i)
    result.values.push_back(start + double(i) * delta);
  return one(std::move(result));
}

static Folded foldCumSum(const Node &node, Inputs inputs) {
  Tensor result = *inputs[0];
  if (inputs[1]->values.empty() || node.integer("exclusive", 0) ||
      node.integer("reverse", 0))
    return createStringError("only a plain sum from the front is known");
  auto axis = resolveAxis(inputs[1]->toIntegers()[0], result.shape.size());
  if (!axis)
    return axis.takeError();
  int64_t inner = countElements(ArrayRef(result.shape).drop_front(*axis + 1));
  for (size_t i = 0; i < result.values.size(); ++i)
    if (i / inner % result.shape[*axis] != 0)
      result.values[i] += result.values[i - inner];
  return one(std::move(result));
}

static Folded foldReduction(const Node &node, Inputs inputs) {
  const Tensor &input = *inputs[0];
  auto axes = readReducedAxes(node, input.shape.size(), argument(inputs, 1));
  if (!axes)
    return axes.takeError();
  int64_t reduced = 1;
  for (int64_t axis : *axes)
    reduced *= input.shape[axis];
  if (reduced == 0)
    return createStringError("it reduces nothing");
  StringRef kind = StringRef(node.operation).drop_front(strlen("Reduce"));
  auto join = [&](double a, double b) {
    return kind == "Max"    ? std::max(a, b)
           : kind == "Min"  ? std::min(a, b)
           : kind == "Prod" ? a * b
                            : a + b;
  };
  // The reduced axes first: then each result joins columns.
  Shape permutation(*axes), kept;
  for (size_t axis = 0; axis < input.shape.size(); ++axis)
    if (!is_contained(*axes, int64_t(axis)))
      permutation.push_back(axis);
  Tensor columns = transpose(input, permutation);
  size_t width = columns.values.size() / reduced;
  Tensor result{input.kind,
                reduceShape(node, input.shape, *axes),
                {columns.values.begin(), columns.values.begin() + width}};
  for (size_t i = width; i < columns.values.size(); ++i)
    result.values[i % width] =
        join(result.values[i % width], columns.values[i]);
  if (kind == "Mean")
    for (double &value : result.values)
      value /= double(reduced);
  return one(std::move(result));
}

// The first of the greatest, by its place.
static Folded foldArgMax(const Node &node, Inputs inputs) {
  const Tensor &input = *inputs[0];
  auto axis = resolveAxis(node.integer("axis", 0), input.shape.size());
  if (!axis)
    return axis.takeError();
  if (*axis + 1 != static_cast<int64_t>(input.shape.size()) ||
      node.integer("select_last_index", 0) || input.values.empty())
    return createStringError("only the first of the last axis is known");
  Tensor result{
      TensorKind::Integer, reduceShape(node, input.shape, {*axis}), {}};
  int64_t width = input.shape.back();
  for (auto row = input.values.begin(); row != input.values.end(); row += width)
    result.values.push_back(double(std::max_element(row, row + width) - row));
  return one(std::move(result));
}

// Of the last axis, as the tables of positions have it.
static Folded foldLayerNorm(const Node &node, Inputs inputs) {
  Tensor result = *inputs[0];
  const Tensor *scale = inputs[1], *shift = argument(inputs, 2);
  auto axis = resolveAxis(node.integer("axis", -1), result.shape.size());
  if (!axis)
    return axis.takeError();
  size_t width = result.shape.back();
  if (*axis + 1 != static_cast<int64_t>(result.shape.size()) ||
      scale->values.size() != width || (shift && shift->values.size() != width))
    return createStringError("only a norm of the last axis is known");
  for (size_t row = 0; row < result.values.size(); row += width) {
    double mean = 0.0, variance = 0.0;
    for (size_t i = 0; i < width; ++i)
      mean += result.values[row + i] / double(width);
    for (size_t i = 0; i < width; ++i)
      variance += std::pow(result.values[row + i] - mean, 2) / double(width);
    double root = std::sqrt(variance + node.number("epsilon", 1e-5));
    for (size_t i = 0; i < width; ++i) {
      double &value = result.values[row + i];
      value = static_cast<float>((value - mean) / root * scale->values[i] +
                                 (shift ? shift->values[i] : 0.0));
    }
  }
  return one(std::move(result));
}

static Folded foldConstantOfShape(const Node &node, Inputs inputs) {
  std::vector<int64_t> sides = inputs[0]->toIntegers();
  Shape shape(sides.begin(), sides.end());
  if (Error error = checkSize(shape))
    return error;
  Tensor value = Tensor::scalar(TensorKind::Float, 0.0);
  if (const WeightView *given = node.tensor("value")) {
    auto read = readTensor(*given);
    if (!read)
      return read.takeError();
    value = std::move(*read);
  }
  if (value.values.size() != 1)
    return createStringError("its value is not one number");
  return one(Tensor::filled(value.kind, shape, value.values[0]));
}

static Folded foldConstant(const Node &node, Inputs) {
  if (const WeightView *value = node.tensor("value")) {
    auto tensor = readTensor(*value);
    if (!tensor)
      return tensor.takeError();
    return one(std::move(*tensor));
  }
  if (auto values = node.integers("value_ints"))
    return one(Tensor::integers(*values));
  if (node.attributes.count("value_int"))
    return one(
        Tensor::scalar(TensorKind::Integer, node.integer("value_int", 0)));
  if (node.attributes.count("value_float"))
    return one(
        Tensor::scalar(TensorKind::Float, node.number("value_float", 0)));
  return createStringError("its value is of a kind that is not known here");
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

namespace {
using Folder = Folded (*)(const Node &, Inputs);

struct Row {
  size_t inputs; // that must be there
  Folder folder;
};
} // namespace

static const StringMap<Row> &folders() {
  static const StringMap<Row> rows = {
      {"ArgMax", {1, foldArgMax}},
      {"Cast", {1, foldCast}},
      {"Clip", {1, foldClip}},
      {"Concat", {1, foldConcat}},
      {"Constant", {0, foldConstant}},
      {"ConstantOfShape", {1, foldConstantOfShape}},
      {"CumSum", {2, foldCumSum}},
      {"Einsum", {1, foldEinsum}},
      {"Expand", {2, foldExpand}},
      {"Gather", {2, foldGather}},
      {"GatherElements", {2, foldGatherElements}},
      {"GatherND", {2, foldGatherND}},
      {"LayerNormalization", {2, foldLayerNorm}},
      {"MatMul", {2, foldMatMul}},
      {"Range", {3, foldRange}},
      {"ReduceMax", {1, foldReduction}},
      {"ReduceMean", {1, foldReduction}},
      {"ReduceMin", {1, foldReduction}},
      {"ReduceProd", {1, foldReduction}},
      {"ReduceSum", {1, foldReduction}},
      {"RotaryEmbedding", {3, foldRotaryEmbedding}},
      {"Slice", {3, foldSlice}},
      {"Split", {1, foldSplit}},
      {"Tile", {2, foldTile}},
      {"Transpose", {1, foldTranspose}},
      {"Trilu", {1, foldTrilu}},
      {"Where", {3, foldWhere}}};
  return rows;
}

Folded onnx::fold(const Node &node, Inputs inputs) {
  if (!node.domain.empty())
    return createStringError("it is not one of ONNX's own operators");
  auto has = [&](size_t count) {
    return inputs.size() >= count &&
           llvm::all_of(inputs.take_front(count),
                        [](const Tensor *input) { return input; });
  };
  auto missing = [] { return createStringError("an input is missing"); };
  if (auto row = folders().find(node.operation); row != folders().end())
    return has(row->second.inputs) ? row->second.folder(node, inputs)
                                   : Folded(missing());
  if (auto function = findUnary(node)) {
    if (!has(1))
      return missing();
    Tensor result = *inputs[0];
    // T5's buckets are the integer parts of floats: they must be rounded alike.
    for (double &value : result.values)
      value = result.kind == TensorKind::Float
                  ? static_cast<float>(function(value))
                  : function(value);
    if (isPredicate(node))
      result.kind = TensorKind::Boolean;
    return one(std::move(result));
  }
  if (findBinary(node, false))
    return has(2) && inputs.size() == 2
               ? foldBinary(node, *inputs[0], *inputs[1])
               : Folded(missing());
  if (!has(1))
    return missing();
  auto reshaped = findReshaped(node, inputs[0]->shape, argument(inputs, 1));
  if (!reshaped)
    return reshaped.takeError();
  if (!*reshaped)
    return createStringError("it is not known here");
  Tensor result = *inputs[0];
  result.shape = **reshaped;
  if (node.operation == "CastLike" && inputs.size() > 1 && inputs[1])
    result.kind = inputs[1]->kind;
  return one(std::move(result));
}

//===- lift_heads.cpp - Heads from features -------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Between a projection and the scores an exporter cuts, transposes, repeats,
// halves, negates, joins and scales, in an order of its own. Each such node is
// computed for an example; then it is asked which heads that example has, and
// by which angles they are turned.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/fold.h"
#include "compiler/frontend/onnx/lift/head_reading.h"
#include "compiler/frontend/onnx/lift/lifter.h"

#include <cmath>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

//===----------------------------------------------------------------------===//
// The example
//===----------------------------------------------------------------------===//

static bool isHeads(const ValuePtr &value) {
  return value && (value->as<Heads>() || value->as<Context>());
}

// Of a linear layer's rows or of heads that were normed; null for what heads
// cannot be made of.
static ValuePtr asHeads(const ValuePtr &value) {
  if (value->as<Heads>())
    return value;
  Normed *normed = value->as<Normed>();
  // A single head stays a projection, if of four sides, until it is moved.
  bool isNormed =
      normed && (normed->rows->as<Heads>() ||
                 (normed->rows->as<Projection>() && value->shape.size() == 4));
  if (value->as<Projection>() || isNormed)
    return makeValue(value->shape, Heads{value, exampleOf(value->shape)});
  return nullptr;
}

static Shape withoutUnits(ArrayRef<int64_t> shape) {
  Shape result(shape);
  llvm::erase(result, 1);
  return result;
}

// Whether the node makes heads of rows, which are none so far.
static Expected<bool> cutsHeads(const Node &node, ArrayRef<ValuePtr> inputs) {
  StringRef operation = node.operation;
  const ValuePtr &input = inputs[0];
  if (!input || isHeads(input) || !asHeads(input))
    return false;
  if (operation == "Transpose" || operation == "RotaryEmbedding")
    return true;
  if (operation == "Reshape" && inputs.size() > 1 && inputs[1] &&
      inputs[1]->as<Constant>()) {
    auto shape = findReshaped(node, input->shape, &read(*inputs[1]));
    if (!shape)
      return shape.takeError();
    return withoutUnits(**shape) != withoutUnits(input->shape);
  }
  if (!input->as<Normed>())
    return false;
  // Heads that were normed are moved on, unless this is the norm's scale.
  if (operation == "Mul" && inputs[1] && inputs[1]->as<Constant>())
    return input->as<Normed>()->scale ||
           countElements(inputs[1]->shape) != input->shape.back();
  return operation == "Slice" || operation == "Split" || operation == "Neg" ||
         operation == "Expand" || operation == "Gather";
}

// What is linear in the heads: this alone is known by one example.
static bool isLinear(const Node &node, ArrayRef<ValuePtr> inputs) {
  StringRef operation = node.operation;
  auto constants = llvm::count_if(inputs, [](const ValuePtr &input) {
    return input && input->as<Constant>();
  });
  if (operation == "Add" || operation == "Sub" || operation == "Concat")
    return constants == 0;
  if (operation == "Mul")
    return constants == 1;
  if (operation == "Div")
    return constants == 1 && inputs[1]->as<Constant>();
  static constexpr StringLiteral moves[] = {
      "Expand",  "Flatten", "Gather",          "GatherElements", "GatherND",
      "Neg",     "Reshape", "RotaryEmbedding", "Slice",          "Split",
      "Squeeze", "Tile",    "Transpose",       "Unsqueeze"};
  return is_contained(moves, operation);
}

Expected<std::vector<ValuePtr>> Lifter::liftHeads(const Node &node,
                                                  Inputs inputs) {
  std::vector<ValuePtr> values(inputs.begin(), inputs.end());
  auto cuts = values.empty() ? false : cutsHeads(node, values);
  if (!cuts)
    return cuts.takeError();
  if (*cuts)
    values[0] = asHeads(values[0]);
  // cos(x) * norm(x): both factors of a Mul may come first.
  if (node.operation == "Mul" && values.size() == 2 && values[1]) {
    auto second = cutsHeads(node, {values[1], values[0]});
    if (!second)
      return second.takeError();
    if (*second)
      values[1] = asHeads(values[1]);
  }
  if (llvm::none_of(values, isHeads) || !isLinear(node, values))
    return std::vector<ValuePtr>();

  ValuePtr whole; // that all are parts of
  std::vector<const Tensor *> tensors;
  for (const ValuePtr &value : values) {
    if (!value || value->as<Constant>()) {
      tensors.push_back(value ? &read(*value) : nullptr);
      continue;
    }
    if (!isHeads(value))
      return createStringError("it joins heads with what is none");
    Heads *heads = value->as<Heads>();
    ValuePtr base = heads ? heads->base : value->as<Context>()->attended;
    if (isPooled(base) || (whole && whole != base))
      return createStringError("it joins parts of different heads");
    whole = base;
    tensors.push_back(heads ? &heads->example : &value->as<Context>()->example);
  }
  auto folded = fold(node, tensors);
  if (!folded)
    return folded.takeError();
  const ValuePtr &model = *llvm::find_if(values, isHeads);
  std::vector<ValuePtr> results;
  for (Tensor &tensor : *folded) {
    auto result = std::make_shared<LiftedValue>(*model);
    result->shape = tensor.shape;
    (result->as<Heads>() ? result->as<Heads>()->example
                         : result->as<Context>()->example) = std::move(tensor);
    results.push_back(result);
  }
  return results;
}

//===----------------------------------------------------------------------===//
// Reading it
//===----------------------------------------------------------------------===//

// The first of the projection's features that the heads are made of.
static std::optional<int64_t> findFirst(HeadReading &heads, const Tensor &rows,
                                        int64_t width) {
  for (int64_t first = 0; first + heads.size <= width; ++first) {
    heads.scale = heads.at(0, 0, 0) / rows.values[first];
    heads.source = [&rows, first](int64_t, int64_t, int64_t i) {
      return rows.values[first + i];
    };
    if (std::isfinite(heads.scale) && heads.scale != 0.0 &&
        heads.isScaled(0, 0))
      return first;
  }
  return std::nullopt;
}

static Error noHeads() {
  return createStringError("it gets no heads of a linear layer's features");
}

static Expected<HeadGroup> readTurn(const HeadReading &heads, HeadGroup group) {
  bool isPlain = true;
  for (int64_t h = 0; h < heads.heads && isPlain; ++h)
    for (int64_t t = 0; t < heads.length && isPlain; ++t)
      isPlain = heads.isScaled(h, t);
  group.scale = heads.scale;
  if (isPlain)
    return group;
  group.turn = findTurn(heads);
  if (!group.turn)
    return createStringError("it turns heads by angles of no formula that is "
                             "known here");
  return group;
}

static Expected<HeadGroup> readRows(HeadReading heads, const ValuePtr &base) {
  Tensor rows = exampleOf(base->shape);
  int64_t width = base->shape.back();
  auto first = findFirst(heads, rows, width);
  if (!first)
    return noHeads();
  for (int64_t shared = 1; shared <= heads.heads; ++shared) {
    HeadGroup group{base,   *first,  heads.size,  heads.heads / shared,
                    shared, nullptr, heads.scale, std::nullopt};
    if (heads.heads % shared != 0 ||
        group.first + group.count * group.size > width)
      continue;
    heads.source = [&](int64_t h, int64_t t, int64_t i) {
      return rows.values[t * width + group.first + h / shared * group.size + i];
    };
    if (heads.startsAlike())
      return readTurn(heads, group);
  }
  return noHeads();
}

static Expected<HeadGroup> readHeads(const Tensor &example, int64_t length,
                                     const ValuePtr &base,
                                     std::vector<Turn> &known);

// The norm's own heads are those of a projection, as they are.
static Expected<HeadGroup> readNormed(HeadReading heads, const ValuePtr &base) {
  const Normed &normed = *base->as<Normed>();
  if (base->shape.back() != heads.size || normed.centered || normed.shift)
    return createStringError("it norms heads by no RMS norm of each");
  Tensor features = exampleOf(base->shape);
  int64_t elements = features.values.size();
  int64_t count = elements / (heads.length * heads.size);
  if (count < 1 || heads.heads % count != 0)
    return noHeads();
  int64_t shared = heads.heads / count;
  for (bool tokensFirst : {true, false}) {
    auto place = [=, length = heads.length,
                  size = heads.size](int64_t h, int64_t t, int64_t i) {
      return (tokensFirst ? t * count + h : h * length + t) * size + i;
    };
    heads.source = [&](int64_t h, int64_t t, int64_t i) {
      return features.values[place(h / shared, t, i)];
    };
    heads.scale = heads.at(0, 0, 0) / heads.source(0, 0, 0);
    if (!heads.startsAlike())
      continue;
    ValuePtr rows = asHeads(normed.rows);
    const Heads &inner = *rows->as<Heads>();
    Tensor ordered{TensorKind::Float, {count, heads.length, heads.size}, {}};
    for (int64_t h = 0; h < count; ++h)
      for (int64_t t = 0; t < heads.length; ++t)
        for (int64_t i = 0; i < heads.size; ++i)
          ordered.values.push_back(inner.example.values[place(h, t, i)]);
    auto group = readHeads(ordered, heads.length, inner.base, heads.known);
    if (!group)
      return group.takeError();
    if (group->norm || group->turn || group->shared != 1 || group->scale != 1.0)
      return createStringError("it norms heads that are no plain ones");
    group->norm = base;
    group->shared = shared;
    return readTurn(heads, *group);
  }
  return noHeads();
}

// example: [heads, tokens, size]
static Expected<HeadGroup> readHeads(const Tensor &example, int64_t length,
                                     const ValuePtr &base,
                                     std::vector<Turn> &known) {
  int64_t size = example.shape.back();
  int64_t heads = example.values.size() / (length * size);
  HeadReading reading{example, heads, length, size, known};
  return base->as<Normed>() ? readNormed(reading, base)
                            : readRows(reading, base);
}

Expected<HeadGroup> Lifter::readHeadGroup(const ValuePtr &value,
                                          bool isTransposed) {
  ValuePtr heads = asHeads(value);
  if (!heads || value->shape.size() < 2)
    return createStringError("of two values that depend on the text only "
                             "queries and keys are multiplied");
  Tensor example = heads->as<Heads>()->example;
  Shape order;
  for (size_t axis = 0; axis < example.shape.size(); ++axis)
    order.push_back(axis);
  if (isTransposed) {
    std::swap(order.back(), order.rbegin()[1]);
    example = transpose(example, order);
  }
  if (example.shape.rbegin()[1] != length)
    return createStringError("its queries or keys are not in the order of "
                             "attention");
  return readHeads(example, length, heads->as<Heads>()->base, formulas.turns);
}

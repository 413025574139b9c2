//===- lift_attention.cpp - Scores, their softmax and what it gathers -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/fold.h"
#include "compiler/frontend/onnx/lift/attention_terms.h"
#include "compiler/frontend/onnx/lift/lifter.h"

#include <cmath>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

//===----------------------------------------------------------------------===//
// In pieces
//===----------------------------------------------------------------------===//

Expected<ValuePtr> Lifter::multiplyHeads(const ValuePtr &a, const ValuePtr &b) {
  size_t rank = a->shape.size();
  if (rank != b->shape.size() || a->shape.back() != b->shape[rank - 2] ||
      ArrayRef(a->shape).drop_back(2) != ArrayRef(b->shape).drop_back(2))
    return createStringError("it multiplies " + shapeText(a->shape) + " and " +
                             shapeText(b->shape));
  Shape shape(a->shape);
  shape.back() = b->shape.back();
  auto right = readHeadGroup(b, /*isTransposed=*/!a->as<Attended>());
  if (!right)
    return right.takeError();
  if (a->as<Attended>())
    return makeContext(shape, a, std::move(*right));
  auto left = readHeadGroup(a, /*isTransposed=*/false);
  if (!left)
    return left.takeError();
  return makeScores(shape, std::move(*left), std::move(*right));
}

Expected<ValuePtr> Lifter::makeScores(ArrayRef<int64_t> shape, HeadGroup query,
                                      HeadGroup key) {
  if (query.shared != 1 || query.count != key.count * key.shared ||
      query.size != key.size)
    return createStringError("queries and keys differ in their heads");
  double scale = query.scale * key.scale;
  return makeValue(shape,
                   Scores{std::move(query), std::move(key), scale, {}, {}, {}});
}

ValuePtr Lifter::makeContext(ArrayRef<int64_t> shape, const ValuePtr &attended,
                             HeadGroup values) {
  return makeValue(shape,
                   Context{attended, std::move(values), exampleOf(shape)});
}

// What scales the scores, or caps them, before a mask is added.
Expected<ValuePtr> Lifter::foldIntoScores(const ValuePtr &value) {
  Function function = asFunction(value);
  Scores scores = *function.base->as<Scores>();
  auto factor = linearFactor(*function.base, function.samples);
  if (factor == 1.0)
    return function.base;
  if (!scores.terms.empty() || scores.softcap)
    return createStringError("scores must be scaled before a mask is added");
  if (factor) {
    scores.scale *= *factor;
    for (PositionScores &part : scores.relative)
      part.scale *= *factor;
  } else if (!scores.relative.empty()) {
    return createStringError("scores of relative positions are only scaled");
  } else if (auto cap = findSoftcap(*function.base, function.samples)) {
    scores.scale *= cap->scale;
    scores.softcap = cap->cap;
  } else {
    return createStringError("only the scores of attention have a softmax");
  }
  return makeValue(value->shape, std::move(scores));
}

Expected<ValuePtr> Lifter::addTerm(const ValuePtr &value,
                                   const ValuePtr &term) {
  auto scores = foldIntoScores(value);
  if (!scores)
    return scores.takeError();
  Scores masked = *(*scores)->as<Scores>();
  masked.terms.push_back(term);
  return makeValue(value->shape, std::move(masked));
}

Expected<ValuePtr> Lifter::liftSoftmax(const Node &node,
                                       const ValuePtr &input) {
  int64_t axis = node.integer("axis", -1), rank = input->shape.size();
  if (!asFunction(input).base->as<Scores>() || (axis != -1 && axis != rank - 1))
    return createStringError("only the scores of attention have a softmax");
  auto scores = foldIntoScores(input);
  if (!scores)
    return scores.takeError();
  return makeValue(input->shape, Attended{*scores});
}

//===----------------------------------------------------------------------===//
// As one node, from opset 23 on
//===----------------------------------------------------------------------===//

// [1, n, heads * size] to [1, heads, n, size]; what is cut already stays.
Expected<ValuePtr> Lifter::cutHeads(const ValuePtr &input, int64_t count) {
  if (input->shape.size() == 4)
    return input;
  if (input->shape.size() != 3 || count < 1 || input->shape[2] % count != 0)
    return createStringError("it has " + Twine(count) + " heads of " +
                             shapeText(input->shape));
  Node cut, turn;
  cut.operation = "Reshape";
  turn.operation = "Transpose";
  turn.attributes["perm"] = std::vector<int64_t>{0, 2, 1, 3};
  ValuePtr shape = makeConstant(Tensor::integers({0, 0, count, -1}));
  auto heads = liftHeads(cut, {input, shape});
  if (!heads)
    return heads.takeError();
  // A single head is cut by a side of 1, which makes no heads yet.
  ValuePtr value =
      heads->empty() ? std::make_shared<LiftedValue>(*input) : heads->front();
  if (heads->empty())
    value->shape = {1, input->shape[1], 1, input->shape[2]};
  auto turned = liftHeads(turn, {value});
  if (!turned)
    return turned.takeError();
  if (turned->empty())
    return createStringError("it gets no heads of a linear layer's features");
  return turned->front();
}

static Error checkAttention(const Node &node, ArrayRef<ValuePtr> inputs) {
  for (const auto &[name, value] : node.attributes) {
    static constexpr StringLiteral known[] = {"is_causal",
                                              "kv_num_heads",
                                              "q_num_heads",
                                              "qk_matmul_output_mode",
                                              "scale",
                                              "softcap",
                                              "softmax_precision"};
    if (!is_contained(known, name))
      return createStringError("its attribute '" + name +
                               "' is not known here");
  }
  for (size_t i = 4; i < inputs.size(); ++i)
    if (inputs[i])
      return createStringError("it has a cache of keys");
  if (inputs.size() < 3 || !inputs[1] || !inputs[2])
    return createStringError("an input is missing");
  return Error::success();
}

// Where each token sees itself and those before it.
static Tensor causalMask(int64_t length) {
  Tensor seen = Tensor::filled(TensorKind::Boolean, {length, length}, 1.0);
  for (int64_t i = 0; i < length; ++i)
    for (int64_t j = i + 1; j < length; ++j)
      seen.values[i * length + j] = 0.0;
  return seen;
}

// What the node adds to its scores, and scales and caps them with; `headSize`
// is that of queries.
Error Lifter::addScoreSettings(const Node &node, Inputs inputs,
                               int64_t headSize, LiftedValue &value) {
  Scores &scores = *value.as<Scores>();
  scores.scale *= node.number("scale", 1.0 / std::sqrt(double(headSize)));
  if (double cap = node.number("softcap", 0.0); cap != 0.0)
    scores.softcap = asWritten(cap);
  if (node.integer("is_causal", 0))
    scores.terms.push_back(makeMask(causalMask(length)));
  ValuePtr mask = inputs.size() > 3 ? inputs[3] : nullptr;
  if (!mask)
    return Error::success();
  if (!mask->as<Constant>() ||
      broadcastShapes(mask->shape, value.shape) != value.shape)
    return createStringError("its mask depends on the text");
  const Tensor &tensor = read(*mask);
  ValuePtr term = tensor.kind == TensorKind::Boolean ? makeMask(tensor) : mask;
  if (read(*term).uniform() != 0.0)
    scores.terms.push_back(term);
  return Error::success();
}

// [1, heads, n, size] to [1, n, heads * size].
Expected<ValuePtr> Lifter::joinContext(const ValuePtr &context) {
  Node turn, join;
  turn.operation = "Transpose";
  turn.attributes["perm"] = std::vector<int64_t>{0, 2, 1, 3};
  join.operation = "Reshape";
  auto turned = liftHeads(turn, {context});
  if (!turned)
    return turned.takeError();
  auto joined = liftHeads(
      join, {turned->front(), makeConstant(Tensor::integers({0, 0, -1}))});
  if (!joined)
    return joined.takeError();
  return joined->front();
}

Expected<ValuePtr> Lifter::liftAttention(const Node &node, Inputs inputs) {
  if (Error error = checkAttention(node, inputs))
    return error;
  int64_t heads = node.integer("q_num_heads", 0),
          shared = node.integer("kv_num_heads", 0);
  std::vector<HeadGroup> groups;
  Shape shape;
  for (size_t i = 0; i < 3; ++i) {
    auto cut = cutHeads(inputs[i], i == 0 ? heads : shared);
    if (!cut)
      return cut.takeError();
    auto group = readHeadGroup(*cut, /*isTransposed=*/false);
    if (!group)
      return group.takeError();
    if (i == 0)
      shape = (*cut)->shape;
    groups.push_back(std::move(*group));
  }
  // A head of keys and values stands for so many consecutive ones of queries.
  for (HeadGroup *group : {&groups[1], &groups[2]}) {
    if (group->shared == 1 && groups[0].count % group->count == 0)
      group->shared = groups[0].count / group->count;
  }
  Shape square(shape);
  square.back() = length;
  auto scores = makeScores(square, groups[0], groups[1]);
  if (!scores)
    return scores.takeError();
  if (Error error = addScoreSettings(node, inputs, shape.back(), **scores))
    return error;
  ValuePtr attended = makeValue(square, Attended{*scores});
  shape.back() = groups[2].size;
  ValuePtr context = makeContext(shape, attended, groups[2]);
  return inputs[0]->shape.size() == 4 ? context : joinContext(context);
}

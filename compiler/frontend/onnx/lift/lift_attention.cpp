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

Expected<ValuePtr> Lifter::liftAttention(const Node &node, Inputs inputs) {
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
  auto value = makeScores(square, groups[0], groups[1]);
  if (!value)
    return value.takeError();
  Scores &scores = *(*value)->as<Scores>();
  scores.scale *= node.number("scale", 1.0 / std::sqrt(double(shape.back())));
  if (double cap = node.number("softcap", 0.0); cap != 0.0)
    scores.softcap = asWritten(cap);
  if (node.integer("is_causal", 0)) {
    Tensor seen = Tensor::filled(TensorKind::Boolean, {length, length}, 1.0);
    for (int64_t i = 0; i < length; ++i)
      for (int64_t j = i + 1; j < length; ++j)
        seen.values[i * length + j] = 0.0;
    scores.terms.push_back(makeMask(seen));
  }
  if (ValuePtr mask = inputs.size() > 3 ? inputs[3] : nullptr) {
    if (!mask->as<Constant>() || broadcastShapes(mask->shape, square) != square)
      return createStringError("its mask depends on the text");
    const Tensor &tensor = read(*mask);
    ValuePtr term =
        tensor.kind == TensorKind::Boolean ? makeMask(tensor) : mask;
    if (read(*term).uniform() != 0.0)
      scores.terms.push_back(term);
  }
  ValuePtr attended = makeValue(square, Attended{*value});
  shape.back() = groups[2].size;
  ValuePtr context = makeContext(shape, attended, groups[2]);
  if (inputs[0]->shape.size() == 4)
    return context;
  Node turn;
  turn.operation = "Transpose";
  turn.attributes["perm"] = std::vector<int64_t>{0, 2, 1, 3};
  Node join;
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

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

// Whether all heads' features are side by side, one row a token.
static bool isJoined(const Context &context, int64_t length) {
  const Shape &shape = context.example.shape;
  int64_t size = context.values.size;
  int64_t heads = context.values.count * context.values.shared;
  if (shape.size() < 2 || shape.back() != heads * size ||
      shape.rbegin()[1] != length)
    return false;
  Tensor original = exampleOf({heads, length, size});
  for (int64_t h = 0; h < heads; ++h)
    for (int64_t t = 0; t < length; ++t)
      for (int64_t i = 0; i < size; ++i)
        if (context.example.values[(t * heads + h) * size + i] !=
            original.values[(h * length + t) * size + i])
          return false;
  return true;
}

// Their numbers are read off floats.
static bool isSame(const std::optional<Turn> &a, const std::optional<Turn> &b) {
  auto isClose = [](double x, double y) {
    return std::fabs(x - y) <= 1e-6 * std::fabs(x);
  };
  if (!a || !b)
    return !a && !b;
  return a->features == b->features && a->interleaved == b->interleaved &&
         a->base == b->base && isClose(a->factor, b->factor) &&
         a->frequencies == b->frequencies;
}

Expected<mlir::Value> Lifter::emitAttention(const Projection &output) {
  const Context &context = *output.source->as<Context>();
  const Scores &scores =
      *context.attended->as<Attended>()->scores->as<Scores>();
  const HeadGroup &query = scores.query, &key = scores.key,
                  &values = context.values;
  if (!isJoined(context, length))
    return createStringError("heads are joined before they are turned back");
  if (values.count != key.count || values.shared != key.shared ||
      values.size != query.size || values.turn || values.norm ||
      values.scale != 1.0 || !isSame(query.turn, key.turn))
    return createStringError("queries, keys and values differ in their heads");
  auto terms = readTerms(scores.terms, length, query.count);
  if (!terms)
    return terms.takeError();

  mlir::Value input, weights[3], biases[3], norms[2];
  std::optional<double> epsilon;
  const HeadGroup *groups[] = {&query, &key, &values};
  for (const HeadGroup *group : groups) {
    auto source = emit(group->projection->as<Projection>()->source);
    if (!source)
      return source.takeError();
    if (input && input != *source)
      return createStringError("queries, keys and values are of different "
                               "rows");
    input = *source;
  }
  for (size_t i = 0; i < 3; ++i) {
    const HeadGroup &group = *groups[i];
    const Projection &part = *group.projection->as<Projection>();
    int64_t last = group.first + group.count * group.size;
    weights[i] = emitWeight(sliced(part.weight, group.first, last));
    if (part.bias)
      biases[i] = emitWeight(sliced(part.bias, group.first, last));
    if (!group.norm)
      continue;
    const Normed &norm = *group.norm->as<Normed>();
    if (!norm.scale || (epsilon && *epsilon != norm.epsilon))
      return createStringError("the norms of queries and keys differ");
    epsilon = norm.epsilon;
    norms[i] = emitWeight(norm.scale);
  }
  mlir::Value weight = emitWeight(output.weight);
  mlir::Value bias = emitWeight(output.bias);
  mlir::Value table = emitWeight(terms->table);
  auto relative = emitRelative(scores);
  if (!relative)
    return relative.takeError();

  auto count = [&](std::optional<int64_t> value) {
    return value ? builder.getI64IntegerAttr(*value) : mlir::IntegerAttr();
  };
  auto number = [&](std::optional<double> value) {
    return value ? builder.getF64FloatAttr(*value) : mlir::FloatAttr();
  };
  auto unit = [&](bool value) {
    return value ? builder.getUnitAttr() : mlir::UnitAttr();
  };
  const std::optional<Turn> &turn = query.turn;
  bool given = turn && !turn->frequencies.empty();
  double usual = 1.0 / std::sqrt(double(query.size));
  bool isUsual = isRoot(scores.scale, usual);
  return emb::AttentionOp::create(
             builder, at(), rowsOf(output.weight->shape[0]), input, offsets,
             weights[0], biases[0], weights[1], biases[1], weights[2],
             biases[2], weight, bias, norms[0], norms[1], table, relative->keys,
             relative->queries, builder.getI64IntegerAttr(query.count),
             key.shared > 1 ? count(key.count) : nullptr,
             isUsual ? nullptr : number(asWritten(scores.scale)),
             count(terms->before), count(terms->after), number(scores.softcap),
             unit(terms->alibi), turn ? count(turn->features) : nullptr,
             turn && !given ? number(turn->base) : nullptr,
             turn && !given && turn->factor != 1.0 ? number(turn->factor)
                                                   : nullptr,
             given ? builder.getDenseF64ArrayAttr(turn->frequencies) : nullptr,
             /*rotary_amplitude=*/nullptr, unit(turn && turn->interleaved),
             number(epsilon),
             count(relative->maxDistance ? relative->maxDistance
                                         : terms->maxDistance),
             /*unattended=*/nullptr)
      .getResult();
}

//===- lift_attention.cpp - Heads, scores and what they gather ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold.h"
#include "compiler/frontend/onnx/lifter.h"

#include <cmath>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// The axes that have more than one element, in order.
static SmallVector<Axis> orderOf(ArrayRef<Axis> axes) {
  SmallVector<Axis> order(axes);
  llvm::erase(order, Axis::Unit);
  return order;
}

static SmallVector<Axis> withHeads(int64_t heads, ArrayRef<Axis> rest) {
  SmallVector<Axis> axes;
  if (heads > 1)
    axes.push_back(Axis::Head);
  llvm::append_range(axes, rest);
  return axes;
}

//===----------------------------------------------------------------------===//
// Heads
//===----------------------------------------------------------------------===//

// [1, n, heads * size] to [1, n, heads, size]
Expected<ValuePtr> Lifter::cutHeads(const ValuePtr &input,
                                    ArrayRef<int64_t> shape) {
  int64_t width = input->shape.back();
  ArrayRef<int64_t> sides = shape.take_back(3);
  if (isPooled(input) || sides.size() != 3 || sides[0] != length ||
      sides[1] * sides[2] != width || countElements(shape) != length * width)
    return createStringError("it reshapes " + shapeText(input->shape) + " to " +
                             shapeText(shape) +
                             ", and heads are cut to [1, tokens, heads, size]");
  Heads heads{input, sides[1], sides[2], {}, {}};
  static constexpr Axis order[] = {Axis::Token, Axis::Head, Axis::Feature};
  heads.axes.assign(shape.size(), Axis::Unit);
  for (size_t i = 0; i < 3; ++i)
    if (sides[i] != 1)
      heads.axes[shape.size() - 3 + i] = order[i];
  return makeValue(shape, heads);
}

Expected<ValuePtr> Lifter::liftTranspose(const Node &node,
                                         const ValuePtr &input) {
  auto permutation = readPermutation(node, input->shape.size());
  if (!permutation)
    return permutation.takeError();
  if (Function *function = input->as<Function>()) {
    auto base = liftTranspose(node, function->base);
    if (!base)
      return base.takeError();
    return makeValue((*base)->shape, Function{*base, function->samples});
  }
  auto result = std::make_shared<LiftedValue>(*input);
  Heads *heads = result->as<Heads>();
  Context *context = result->as<Context>();
  if (!heads && !context)
    return createStringError("only heads of attention are transposed");
  SmallVector<Axis> &axes = heads ? heads->axes : context->axes;
  SmallVector<Axis> before = axes;
  for (auto [to, from] : llvm::enumerate(*permutation)) {
    axes[to] = before[from];
    result->shape[to] = input->shape[from];
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Scores and their softmax
//===----------------------------------------------------------------------===//

Expected<ValuePtr> Lifter::multiplyHeads(const ValuePtr &a, const ValuePtr &b) {
  Shape shape(a->shape);
  if (a->shape.size() != b->shape.size() ||
      a->shape.back() != b->shape[b->shape.size() - 2])
    return createStringError("it multiplies " + shapeText(a->shape) + " and " +
                             shapeText(b->shape));
  shape.back() = b->shape.back();

  if (a->as<Attended>()) {
    Heads *values = b->as<Heads>();
    if (!values || orderOf(values->axes) !=
                       withHeads(values->count, {Axis::Token, Axis::Feature}))
      return createStringError("attention gathers heads of values");
    return makeValue(shape, Context{a, b, values->axes});
  }
  Function left = asFunction(a), right = asFunction(b);
  Heads *query = left.base->as<Heads>(), *key = right.base->as<Heads>();
  auto scale = linearFactor(*left.base, left.samples),
       keyScale = linearFactor(*right.base, right.samples);
  if (!query || !key || !scale || !keyScale)
    return createStringError("of two values that depend on the text only "
                             "queries and keys are multiplied");
  if (query->count != key->count || query->size != key->size)
    return createStringError("queries and keys differ in their heads");
  if (orderOf(query->axes) !=
          withHeads(query->count, {Axis::Token, Axis::Feature}) ||
      orderOf(key->axes) != withHeads(key->count, {Axis::Feature, Axis::Token}))
    return createStringError("its queries or keys are not in the order of "
                             "attention");
  return makeValue(shape,
                   Scores{left.base, right.base, *scale * *keyScale, {}});
}

Expected<ValuePtr> Lifter::liftSoftmax(const Node &node,
                                       const ValuePtr &input) {
  Function function = asFunction(input);
  Scores *scores = function.base->as<Scores>();
  auto factor = linearFactor(*function.base, function.samples);
  int64_t axis = node.integer("axis", -1), rank = input->shape.size();
  if (!scores || !factor || (axis != -1 && axis != rank - 1) ||
      (*factor != 1.0 && !scores->terms.empty()))
    return createStringError("only the scores of attention have a softmax");
  Scores scaled = *scores;
  scaled.scale *= *factor;
  return makeValue(input->shape,
                   Attended{makeValue(input->shape, std::move(scaled))});
}

// [1, n, heads, size] to [1, n, heads * size]
Expected<ValuePtr> Lifter::joinHeads(const ValuePtr &input,
                                     ArrayRef<int64_t> shape) {
  Context context = *input->as<Context>();
  const Heads &values = *context.values->as<Heads>();
  if (!context.joined) {
    SmallVector<Axis> joined = {Axis::Token, Axis::Head, Axis::Feature};
    if (values.count == 1)
      joined = {Axis::Token, Axis::Feature};
    if (orderOf(context.axes) != joined)
      return createStringError("heads are joined before they are turned back");
  }
  if (shape.empty() || shape.back() != values.count * values.size ||
      countElements(shape) != length * shape.back())
    return createStringError("heads are joined to [1, tokens, features]");
  context.joined = true;
  return makeValue(shape, context);
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

namespace {
/// What the terms of scores say.
struct Terms {
  std::optional<int64_t> before, after, maxDistance;
  ValuePtr table;
};
} // namespace

// A mask that shows so many tokens before and after each, and hides the rest.
static bool readWindow(const Tensor &term, int64_t length, Terms &terms) {
  if (countElements(term.shape) != length * length)
    return false;
  auto sees = [&](int64_t i, int64_t j) {
    return term.values[i * length + j] == 0.0;
  };
  int64_t before = 0, after = 0;
  for (int64_t i = 0; i < length; ++i)
    for (int64_t j = 0; j < length; ++j) {
      if (!sees(i, j) && term.values[i * length + j] > -1e4)
        return false;
      if (sees(i, j))
        (j < i ? before : after) =
            std::max(j < i ? before : after, std::abs(i - j));
    }
  for (int64_t i = 0; i < length; ++i)
    for (int64_t j = 0; j < length; ++j)
      if (sees(i, j) != (i - j <= before && j - i <= after))
        return false;
  if (before < length - 1)
    terms.before = before;
  if (after < length - 1)
    terms.after = after;
  return true;
}

// A table's row for the distance of each query and key, in T5's buckets. The
// values are compared: how the graph came by them does not matter.
static bool readPositionBias(const ValuePtr &constant, int64_t length,
                             int64_t heads, Terms &terms) {
  const std::vector<Lookup> &lookups = constant->as<Constant>()->lookups;
  if (lookups.size() != 1 ||
      countElements(constant->shape) != heads * length * length)
    return false;
  const ValuePtr &table = lookups.front().table;
  if (table->shape.size() != 2 || table->shape[1] != heads)
    return false;
  const Tensor &rows = read(*table), &bias = read(*constant);
  int64_t buckets = table->shape[0];
  auto agrees = [&](int64_t maxDistance) {
    for (int64_t h = 0, at = 0; h < heads; ++h)
      for (int64_t i = 0; i < length; ++i)
        for (int64_t j = 0; j < length; ++j, ++at)
          if (bias.values[at] !=
              rows.values[emb::getPositionBucket(j - i, buckets, maxDistance) *
                              heads +
                          h])
            return false;
    return true;
  };
  // 128 is what every T5 and MPNet has.
  for (int64_t distance : {128, 64, 256, 512, 1024, 32, 20})
    if (buckets >= 4 && buckets % 2 == 0 && distance > buckets / 4 &&
        agrees(distance)) {
      terms.table = table;
      terms.maxDistance = distance;
      return true;
    }
  return false;
}

static Expected<Terms> readTerms(const Scores &scores, int64_t length) {
  int64_t heads = scores.query->as<Heads>()->count;
  Terms terms;
  for (const ValuePtr &term : scores.terms)
    if (!readPositionBias(term, length, heads, terms) &&
        !readWindow(read(*term), length, terms))
      return createStringError("what is added to the scores is neither a "
                               "window of tokens nor T5's position bias");
  return terms;
}

Expected<mlir::Value> Lifter::emitAttention(const Projection &output) {
  const Context &context = *output.source->as<Context>();
  const Scores &scores =
      *context.attended->as<Attended>()->scores->as<Scores>();
  const Heads &query = *scores.query->as<Heads>();
  const Heads &values = *context.values->as<Heads>();
  if (!context.joined || values.count != query.count ||
      values.size != query.size || values.turn ||
      query.turn != scores.key->as<Heads>()->turn)
    return createStringError("queries, keys and values differ in their heads");
  auto terms = readTerms(scores, length);
  if (!terms)
    return terms.takeError();

  mlir::Value input, weights[3], biases[3];
  const ValuePtr parts[] = {
      query.projection, scores.key->as<Heads>()->projection, values.projection};
  for (size_t i = 0; i < 3; ++i) {
    const Projection &part = *parts[i]->as<Projection>();
    auto source = emit(part.source);
    if (!source)
      return source.takeError();
    if (input && input != *source)
      return createStringError("queries, keys and values are of different "
                               "rows");
    input = *source;
  }
  for (size_t i = 0; i < 3; ++i) {
    weights[i] = emitWeight(parts[i]->as<Projection>()->weight);
    biases[i] = emitWeight(parts[i]->as<Projection>()->bias);
  }
  mlir::Value weight = emitWeight(output.weight);
  mlir::Value bias = emitWeight(output.bias);
  mlir::Value table = emitWeight(terms->table);

  auto count = [&](std::optional<int64_t> value) {
    return value ? builder.getI64IntegerAttr(*value) : mlir::IntegerAttr();
  };
  const std::optional<Turn> &turn = query.turn;
  double usual = 1.0 / std::sqrt(double(query.size));
  bool isUsual = std::fabs(scores.scale - usual) <= 1e-6 * usual;
  mlir::FloatAttr scale =
      isUsual ? mlir::FloatAttr() : builder.getF64FloatAttr(scores.scale);
  return emb::AttentionOp::create(
             builder, at(), rowsOf(output.weight->shape[0]), input, offsets,
             weights[0], biases[0], weights[1], biases[1], weights[2],
             biases[2], weight, bias, /*query_norm=*/nullptr,
             /*key_norm=*/nullptr, table,
             builder.getI64IntegerAttr(query.count),
             /*key_value_heads=*/nullptr, scale, count(terms->before),
             count(terms->after), /*softcap=*/nullptr, /*alibi=*/nullptr,
             turn ? count(query.size) : nullptr,
             turn ? builder.getF64FloatAttr(turn->base) : nullptr,
             turn && turn->factor != 1.0 ? builder.getF64FloatAttr(turn->factor)
                                         : nullptr,
             /*rotary_interleaved=*/nullptr,
             /*norm_epsilon=*/nullptr, count(terms->maxDistance),
             /*unattended=*/nullptr)
      .getResult();
}

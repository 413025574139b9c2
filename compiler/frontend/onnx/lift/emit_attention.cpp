//===- emit_attention.cpp - From heads to emb.attention -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/lift/attention_terms.h"
#include "compiler/frontend/onnx/lift/lifter.h"

#include <cmath>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

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

static Error checkHeads(const Context &context, const Scores &scores,
                        int64_t length) {
  const HeadGroup &query = scores.query, &key = scores.key,
                  &values = context.values;
  if (!isJoined(context, length))
    return createStringError("heads are joined before they are turned back");
  if (values.count != key.count || values.shared != key.shared ||
      values.size != query.size || values.turn || values.norm ||
      values.scale != 1.0 || !isSame(query.turn, key.turn))
    return createStringError("queries, keys and values differ in their heads");
  return Error::success();
}

Expected<mlir::Value> Lifter::emitInput(ArrayRef<const HeadGroup *> groups) {
  mlir::Value input;
  for (const HeadGroup *group : groups) {
    auto source = emit(group->projection->as<Projection>()->source);
    if (!source)
      return source.takeError();
    if (input && input != *source)
      return createStringError("queries, keys and values are of different "
                               "rows");
    input = *source;
  }
  return input;
}

Expected<Lifter::HeadWeights>
Lifter::emitHeadWeights(ArrayRef<const HeadGroup *> groups) {
  HeadWeights heads;
  for (auto [i, group] : enumerate(groups)) {
    const Projection &part = *group->projection->as<Projection>();
    int64_t last = group->first + group->count * group->size;
    heads.weights[i] = emitWeight(sliced(part.weight, group->first, last));
    if (part.bias)
      heads.biases[i] = emitWeight(sliced(part.bias, group->first, last));
    if (!group->norm)
      continue;
    const Normed &norm = *group->norm->as<Normed>();
    if (!norm.scale || (heads.epsilon && *heads.epsilon != norm.epsilon))
      return createStringError("the norms of queries and keys differ");
    heads.epsilon = norm.epsilon;
    heads.norms[i] = emitWeight(norm.scale);
  }
  return heads;
}

Expected<mlir::Value> Lifter::emitAttention(const Projection &output) {
  const Context &context = *output.source->as<Context>();
  const Scores &scores =
      *context.attended->as<Attended>()->scores->as<Scores>();
  const HeadGroup &query = scores.query, &key = scores.key;
  if (Error error = checkHeads(context, scores, length))
    return error;
  auto terms = readTerms(scores.terms, length, query.count);
  if (!terms)
    return terms.takeError();
  const HeadGroup *groups[] = {&query, &key, &context.values};
  auto input = emitInput(groups);
  if (!input)
    return input.takeError();
  auto heads = emitHeadWeights(groups);
  if (!heads)
    return heads.takeError();
  auto &[weights, biases, norms, epsilon] = *heads;
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
             builder, at(), rowsOf(output.weight->shape[0]), *input, offsets,
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

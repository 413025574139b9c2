//===- attention_scores.cpp - From products to weights' exponents ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/attention_scores.h"

#include "compiler/backend/cuda/builder/activations.h"

#include <limits>
#include <numbers>

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

// A window that is wider than any text is none.
static constexpr int64_t kWidest = 1 << 28;

static std::optional<int64_t> getWindow(std::optional<uint64_t> tokens) {
  if (!tokens || *tokens >= kWidest)
    return std::nullopt;
  return *tokens;
}

/// Where keys end that anybody sees: tokens of the id `unattended` end a text,
/// whose first token everybody sees.
static Value findLength(kernel::AttentionOp op, KernelFunction &f, Value lane,
                        Value begin, Value tokens) {
  if (!op.getUnattended())
    return tokens;
  Value ids = f.at(f.of(op.getIds()), f.mul(begin, 4));
  Value last = f.loop(lane, tokens, 32, {f.i32(1)},
                      [&](Value i, ValueRange last) -> DeviceBuilder::Values {
                        Value id = f.load(f.at(ids, f.mul(i, 4)), f.i32Type(),
                                          4, /*invariant=*/true);
                        return {f.select(f.equal(id, *op.getUnattended()),
                                         last[0], f.add(i, 1))};
                      })[0];
  for (int64_t mask = 16; mask > 0; mask /= 2)
    last = f.maximum(last, f.shuffleXor(last, mask));
  return last;
}

SeenKeys cuda::findSeenKeys(kernel::AttentionOp op, KernelFunction &f,
                            Value lane, Value firstQuery, Value begin,
                            Value tokens, int64_t queryRows, int64_t keyRows) {
  Value length = findLength(op, f, lane, begin, tokens);
  Value from = f.i32(0), to = length;
  if (auto before = getWindow(op.getBefore())) {
    Value nearest = f.maximum(firstQuery, f.i32(*before));
    Value first = f.sub(nearest, f.i32(*before));
    from = f.sub(first, f.rem(first, keyRows));
  }
  if (auto after = getWindow(op.getAfter()))
    to = f.minimum(length, f.add(firstQuery, queryRows + *after));
  return {firstQuery, from, to, length};
}

AttentionScores::AttentionScores(kernel::AttentionOp op, KernelFunction &f,
                                 Value head, const SeenKeys &seen,
                                 std::array<Value, 2> queries,
                                 int64_t queryRows, int64_t keyRows)
    : op(op), f(f), seen(seen), queries(queries), queryRows(queryRows),
      keyRows(keyRows) {
  double scale = op.getScale().convertToDouble();
  factor = std::numbers::log2e;
  if (op.getBias())
    biasRow = f.atRow(f.of(op.getBias()), head,
                      getWeightPitch(op.getBias().getType(), f.getTarget()));
  else if (auto softcap = op.getSoftcap())
    factor *= softcap->convertToDouble();
  else
    factor *= scale;
}

Value AttentionScores::sees(int64_t query, Value key) {
  Value result = f.less(key, seen.length);
  if (auto before = getWindow(op.getBefore()))
    result = f.both(result, f.less(queries[query], f.add(key, *before + 1)));
  if (auto after = getWindow(op.getAfter()))
    result = f.both(result, f.less(key, f.add(queries[query], *after + 1)));
  return result;
}

Value AttentionScores::finishOne(Value product, Value key, int64_t query) {
  double scale = op.getScale().convertToDouble();
  Value score = product;
  if (auto softcap = op.getSoftcap()) {
    double cap = softcap->convertToDouble();
    score = emitTanh(f, f.mulf(product, f.f32(scale / cap)));
    scale = cap;
  }
  if (!op.getBias())
    return score;
  // Where the query does not see the key, any column of the table does.
  int64_t middle = *op.getPositions() - 1;
  Value distance = f.sub(f.add(key, middle), queries[query]);
  Value column = f.minimum(distance, f.i32(2 * middle));
  Value bias = f.load(f.at(biasRow, f.mul(column, 4)), f.f32Type(), 4,
                      /*invariant=*/true);
  return f.fma(score, f.f32(scale), bias);
}

void AttentionScores::finish(MutableArrayRef<Value> scores, Value firstKey,
                             Value key) {
  auto keyOf = [&](int64_t i) { return f.add(key, i / 4 * 8 + i % 2); };
  if (op.getSoftcap() || op.getBias())
    for (auto [i, score] : llvm::enumerate(scores))
      score = finishOne(score, keyOf(i), i % 4 / 2);
  // Most blocks of keys are seen by all queries.
  Value isEdge = f.less(seen.length, f.add(firstKey, keyRows));
  if (auto before = getWindow(op.getBefore()))
    isEdge = f.either(isEdge, f.less(f.add(firstKey, *before),
                                     f.add(seen.firstQuery, queryRows - 1)));
  if (auto after = getWindow(op.getAfter()))
    isEdge = f.either(isEdge, f.less(f.add(seen.firstQuery, *after),
                                     f.add(firstKey, keyRows - 1)));
  Value lowest = f.f32(-std::numeric_limits<double>::infinity());
  DeviceBuilder::Values masked = f.changeIf(isEdge, scores, [&] {
    DeviceBuilder::Values result;
    for (auto [i, score] : llvm::enumerate(scores))
      result.push_back(f.select(sees(i % 4 / 2, keyOf(i)), score, lowest));
    return result;
  });
  llvm::copy(masked, scores.begin());
}

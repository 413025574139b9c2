//===- attention_pool_loops.cpp - One query over each text's tokens -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Two passes over a text's tokens for each head: the largest score, then the
// sums of weights and of weighted values. A score is computed twice, in the
// same order; nothing is kept of a token.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/kernel_loops.h"

#include <limits>

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

namespace {

struct Head {
  kernel::AttentionPoolOp op;
  LoopBuilder &b;
  Value first; // the head's first column

  int64_t size() { return op.getHeadSize(); }
  int64_t vectors() { return (size() + b.lanes() - 1) / b.lanes(); }
  int64_t lanesOf(int64_t vector) {
    return std::min(b.lanes(), size() - vector * b.lanes());
  }
  Value columnOf(int64_t vector) { return b.add(first, vector * b.lanes()); }

  /// scale * query . key, in every lane.
  Value score(Value token) {
    Value sum = b.splat(0.0);
    for (int64_t i = 0; i < vectors(); ++i)
      sum = b.fma(b.loadFirst(op.getQuery(), columnOf(i), lanesOf(i)),
                  b.loadFirst(op.getInput(), {token, columnOf(i)}, lanesOf(i)),
                  sum);
    return b.splat(
        b.mulf(b.sumLanes(sum), b.scalar(op.getScale().convertToDouble())));
  }

  void emit(Value text, Value begin, Value end) {
    Value least = b.splat(-std::numeric_limits<double>::infinity());
    Value most =
        b.loop(begin, end, 1, least, [&](Value token, ValueRange most) {
          return SmallVector<Value>{b.maxf(score(token), most[0])};
        })[0];
    int64_t values = static_cast<int64_t>(op.getHeads()) * size();
    SmallVector<Value> sums(vectors() + 1, b.splat(0.0));
    sums = b.loop(begin, end, 1, sums, [&](Value token, ValueRange sums) {
      Value weight =
          math::ExpOp::create(b.builder, b.loc, b.subf(score(token), most));
      SmallVector<Value> next = {b.addf(sums[0], weight)};
      for (int64_t i = 0; i < vectors(); ++i) {
        Value value = b.loadFirst(
            op.getInput(), {token, b.add(columnOf(i), values)}, lanesOf(i));
        next.push_back(b.fma(weight, value, sums[i + 1]));
      }
      return next;
    });
    for (int64_t i = 0; i < vectors(); ++i)
      b.storeFirst(b.divf(sums[i + 1], sums[0]), op.getOut(),
                   {text, columnOf(i)}, lanesOf(i));
  }
};

} // namespace

void cpu::emitAttentionPool(kernel::AttentionPoolOp op, LoopBuilder &b) {
  b.loop(op.getTile()[0], op.getTile()[1], 1, [&](Value text) {
    Value begin = b.loadIndex(op.getOffsets(), text);
    Value end = b.loadIndex(op.getOffsets(), b.add(text, 1));
    b.loop(op.getTile()[2], op.getTile()[3], 1, [&](Value head) {
      Head{op, b, b.mul(head, op.getHeadSize())}.emit(text, begin, end);
    });
  });
}

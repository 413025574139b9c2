//===- prepare_heads_loops.cpp - Norms and rotary positions of heads ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Row by row, head by head: a head is a few vectors, and the last of them is
// masked, for the next head begins behind it.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/kernel_loops.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

namespace {

struct PrepareHeads {
  PrepareHeads(kernel::PrepareHeadsOp op, LoopBuilder &b)
      : op(op), b(b), headSize(op.getHeadSize()),
        rotary(op.getRotary().value_or(0)) {}

  void emitRow(Value row);

private:
  void emitHead(Value row, Value begin, Value position, Value norm);
  /// Elements [from, from + count) of the head, normed.
  Value load(int64_t from, int64_t count);
  void store(Value vector, int64_t from, int64_t count) {
    b.storeFirst(vector, op.getOut(), {row, b.add(begin, from)}, count);
  }
  Value inverseRoot();
  /// Pairs [pair, pair + count), turned.
  void rotateHalves(int64_t pair, int64_t count);
  void rotateNeighbours(int64_t pair, int64_t count);
  /// (a, b) -> (a c - b s, b c + a s)
  std::pair<Value, Value> rotate(Value first, Value second, int64_t pair,
                                 int64_t count);

  kernel::PrepareHeadsOp op;
  LoopBuilder &b;
  int64_t headSize, rotary;
  // Of the head at hand.
  Value row, begin, position, norm, inverse;
};

} // namespace

Value PrepareHeads::load(int64_t from, int64_t count) {
  Value x = b.loadFirst(op.getInput(), {row, b.add(begin, from)}, count);
  if (!norm)
    return x;
  return b.mulf(b.mulf(x, inverse), b.loadFirst(norm, b.index(from), count));
}

Value PrepareHeads::inverseRoot() {
  Value sum = b.splat(0.0);
  for (int64_t from = 0; from < headSize; from += b.lanes()) {
    Value x =
        b.loadFirst(op.getInput(), {row, b.add(begin, from)}, headSize - from);
    sum = b.fma(x, x, sum);
  }
  Value mean =
      b.divf(b.splat(b.sumLanes(sum)), b.splat(static_cast<double>(headSize)));
  Value epsilon = b.splat(op.getEpsilon()->convertToDouble());
  return b.divf(b.splat(1.0),
                math::SqrtOp::create(b.builder, b.loc, b.addf(mean, epsilon)));
}

std::pair<Value, Value> PrepareHeads::rotate(Value first, Value second,
                                             int64_t pair, int64_t count) {
  auto entry = [&](int64_t column) {
    return b.loadFirst(op.getTable(), {position, b.index(column)}, count);
  };
  Value cosine = entry(pair), sine = entry(rotary / 2 + pair);
  return {b.subf(b.mulf(first, cosine), b.mulf(second, sine)),
          b.addf(b.mulf(second, cosine), b.mulf(first, sine))};
}

void PrepareHeads::rotateHalves(int64_t pair, int64_t count) {
  int64_t half = rotary / 2;
  auto [first, second] =
      rotate(load(pair, count), load(half + pair, count), pair, count);
  store(first, pair, count);
  store(second, half + pair, count);
}

void PrepareHeads::rotateNeighbours(int64_t pair, int64_t count) {
  int64_t lanes = b.lanes(), rest = 2 * count - lanes;
  Value low = load(2 * pair, std::min(2 * count, lanes));
  Value high = rest > 0 ? load(2 * pair + lanes, rest) : b.splat(0.0);
  auto [first, second] = b.deinterleave(low, high);
  std::tie(first, second) = rotate(first, second, pair, count);
  std::tie(low, high) = b.interleave(first, second);
  store(low, 2 * pair, std::min(2 * count, lanes));
  if (rest > 0)
    store(high, 2 * pair + lanes, rest);
}

void PrepareHeads::emitHead(Value row, Value begin, Value position,
                            Value norm) {
  this->row = row;
  this->begin = begin;
  this->position = position;
  this->norm = norm;
  inverse = norm ? inverseRoot() : Value();
  for (int64_t pair = 0; pair < rotary / 2; pair += b.lanes()) {
    int64_t count = std::min(b.lanes(), rotary / 2 - pair);
    op.getInterleaved() ? rotateNeighbours(pair, count)
                        : rotateHalves(pair, count);
  }
  for (int64_t from = rotary; from < headSize; from += b.lanes()) {
    int64_t count = std::min(b.lanes(), headSize - from);
    store(load(from, count), from, count);
  }
}

void PrepareHeads::emitRow(Value row) {
  Value position;
  if (op.getTable()) {
    Value text = b.loadIndex(op.getSequences(), row);
    position = b.sub(row, b.loadIndex(op.getOffsets(), text));
  }
  int64_t keys = op.getHeads(), values = keys + op.getKeyValueHeads();
  auto emitHeads = [&](int64_t from, int64_t to, Value norm) {
    b.loop(b.index(from), b.index(to), 1, [&](Value head) {
      emitHead(row, b.mul(head, headSize), position, norm);
    });
  };
  emitHeads(0, keys, op.getQueryNorm());
  emitHeads(keys, values, op.getKeyNorm());

  int64_t column = values * headSize;
  int64_t count = int64_t(op.getKeyValueHeads()) * headSize;
  int64_t whole = count / b.lanes() * b.lanes();
  auto copy = [&](Value column, int64_t count) {
    b.storeFirst(b.loadFirst(op.getInput(), {row, column}, count), op.getOut(),
                 {row, column}, count);
  };
  b.loop(b.index(column), b.index(column + whole), b.lanes(),
         [&](Value column) { copy(column, b.lanes()); });
  if (whole < count)
    copy(b.index(column + whole), count - whole);
}

void cpu::emitPrepareHeads(kernel::PrepareHeadsOp op, LoopBuilder &b) {
  b.loop(op.getTile()[0], op.getTile()[1], 1,
         [&](Value row) { PrepareHeads(op, b).emitRow(row); });
}

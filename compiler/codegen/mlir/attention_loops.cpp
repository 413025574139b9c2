//===- attention_loops.cpp - Softmax attention, a block of keys at a time -===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Lanes are queries. A block of `lanes` queries of one head is transposed once
// into scratch; then, for each block of keys of the text:
//
//   scores[j] = sum over d of K[j, d] * Q[d]      a register a key
//   online softmax: new maximum, exp2, sums       still in registers
//   O[d] = O[d] * correction + sum over j of V[j, d] * P[j]
//
// K and V are read where the matmul wrote them, one element in every lane; the
// scores never leave the registers, and no sum runs across lanes. Queries carry
// scale * log2(e), so that exp2 serves. Keys come in blocks of the target's
// `keyBlock`, then of its half, its quarter, down to one, as many as are left:
// a query's arithmetic depends on its text alone, and no key is computed for
// nothing.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/mlir/kernel_loops.h"

#include <numbers>

using namespace mlir;
using namespace emblem;
using namespace emblem::codegen;

// Below any score, and finite, so that lowest - lowest is 0.
static constexpr double kLowest = -3.0e38;

namespace {

struct Attention {
  Attention(kernel::AttentionOp op, LoopBuilder &b)
      : op(op), b(b), headSize(op.getHeadSize()),
        modelWidth(op.getHeads() * op.getHeadSize()),
        columns(llvm::alignTo(headSize, b.lanes())),
        queries(b.scratch({columns, b.lanes()})),
        sums(b.scratch({columns, b.lanes()})),
        results(b.scratch({b.lanes(), columns})) {}

  void emit();
  void emitQueries(Value row, Value stop, Value begin, Value end);
  void loadQueries(Value row, Value stop);
  void storeResults(Value row, Value stop, Value normaliser);
  /// One block of keys; carries the queries' running maximum and sum.
  SmallVector<Value> emitKeys(Value key, int64_t block, ValueRange carried);

  kernel::AttentionOp op;
  LoopBuilder &b;
  int64_t headSize;
  int64_t modelWidth; // heads * head size: where keys begin in a row
  int64_t columns;    // head size, padded to whole vectors
  Value queries;      // [columns, lanes]
  Value sums;         // [columns, lanes]
  Value results;      // [lanes, columns]
  // The head's first column of queries, keys and values.
  Value queryColumn, keyColumn, valueColumn;
};

} // namespace

/// The texts that rows [tile 0, tile 1) touch, each head in turn.
void Attention::emit() {
  Value rowBegin = op.getTile()[0], rowEnd = op.getTile()[1];
  b.loop(op.getTile()[2], op.getTile()[3], 1, [&](Value head) {
    queryColumn = b.mul(head, headSize);
    keyColumn = b.add(queryColumn, modelWidth);
    valueColumn = b.add(queryColumn, 2 * modelWidth);

    OpBuilder &builder = b.builder;
    OpBuilder::InsertionGuard guard(builder);
    auto whileOp = scf::WhileOp::create(
        builder, b.loc, TypeRange{builder.getIndexType()}, rowBegin,
        [&](OpBuilder &, Location loc, ValueRange row) {
          Value more = arith::CmpIOp::create(
              builder, loc, arith::CmpIPredicate::slt, row[0], rowEnd);
          scf::ConditionOp::create(builder, loc, more, row);
        },
        [&](OpBuilder &, Location loc, ValueRange row) {
          Value text = b.loadIndex(op.getSequences(), row[0]);
          Value begin = b.loadIndex(op.getOffsets(), text);
          Value end = b.loadIndex(op.getOffsets(), b.add(text, 1));
          Value stop = b.min(end, rowEnd);
          b.loop(row[0], stop, b.lanes(),
                 [&](Value first) { emitQueries(first, stop, begin, end); });
          scf::YieldOp::create(builder, loc, stop);
        });
    (void)whileOp;
  });
}

/// Queries [row, min(row + lanes, stop)) against keys [begin, end).
void Attention::emitQueries(Value row, Value stop, Value begin, Value end) {
  loadQueries(row, stop);
  b.loop(b.index(0), b.index(headSize), 1,
         [&](Value d) { b.store(b.splat(0.0), sums, {d, b.index(0)}); });

  int64_t block = b.target.keyBlock;
  Value rest = arith::RemUIOp::create(b.builder, b.loc, b.sub(end, begin),
                                      b.index(block));
  Value key = b.sub(end, rest);
  SmallVector<Value> state = {b.splat(kLowest), b.splat(0.0)};
  state = b.loop(begin, key, block, state, [&](Value key, ValueRange carried) {
    return emitKeys(key, block, carried);
  });
  for (block /= 2; block >= 1; block /= 2) {
    Value bit = arith::AndIOp::create(b.builder, b.loc, rest, b.index(block));
    Value next = b.add(key, bit);
    // No turn or one: `bit` is zero or the block.
    state = b.loop(key, next, block, state, [&](Value key, ValueRange carried) {
      return emitKeys(key, block, carried);
    });
    key = next;
  }
  storeResults(row, stop, b.divf(b.splat(1.0), state[1]));
}

/// queries[d][lane] = scale * log2(e) * Q[row + lane][d]. Lanes past the last
/// query repeat it; their results are not stored.
void Attention::loadQueries(Value row, Value stop) {
  Value last = b.sub(stop, b.index(1));
  Value scale = b.splat(op.getScale().convertToDouble() * std::numbers::log2e);
  SmallVector<Value> rows;
  for (int64_t lane = 0; lane < b.lanes(); ++lane)
    rows.push_back(b.min(b.add(row, lane), last));
  // Keys follow the queries, so a vector that reaches past the head stays in
  // the row.
  b.loop(b.index(0), b.index(columns), b.lanes(), [&](Value d) {
    SmallVector<Value> tile;
    for (Value source : rows)
      tile.push_back(b.mulf(
          b.load(op.getInput(), {source, b.add(queryColumn, d)}), scale));
    tile = b.transpose(std::move(tile));
    for (auto [i, vector] : llvm::enumerate(tile))
      b.store(vector, queries, {b.add(d, i), b.index(0)});
  });
}

/// O[row + lane][d] = sums[d][lane] * normaliser[lane], for lanes that are
/// queries.
void Attention::storeResults(Value row, Value stop, Value normaliser) {
  b.loop(b.index(0), b.index(columns), b.lanes(), [&](Value d) {
    SmallVector<Value> tile;
    for (int64_t i = 0; i < b.lanes(); ++i)
      tile.push_back(
          b.mulf(b.load(sums, {b.add(d, i), b.index(0)}), normaliser));
    tile = b.transpose(std::move(tile));
    for (auto [lane, vector] : llvm::enumerate(tile))
      b.store(vector, results, {b.index(lane), d});
  });
  int64_t whole = headSize / b.lanes() * b.lanes();
  Value lanes = b.min(b.sub(stop, row), b.index(b.lanes()));
  b.loop(b.index(0), lanes, 1, [&](Value lane) {
    Value target = b.add(row, lane);
    b.loop(b.index(0), b.index(whole), b.lanes(), [&](Value d) {
      b.store(b.load(results, {lane, d}), op.getOut(),
              {target, b.add(queryColumn, d)});
    });
    b.loop(b.index(whole), b.index(headSize), 1, [&](Value d) {
      b.storeScalar(b.loadScalar(results, {lane, d}), op.getOut(),
                    {target, b.add(queryColumn, d)});
    });
  });
}

SmallVector<Value> Attention::emitKeys(Value key, int64_t block,
                                       ValueRange carried) {
  SmallVector<Value> rows;
  for (int64_t j = 0; j < block; ++j)
    rows.push_back(b.add(key, j));

  SmallVector<Value> zeros(block, b.splat(0.0));
  SmallVector<Value> scores = b.loop(
      b.index(0), b.index(headSize), 1, zeros,
      [&](Value d, ValueRange partial) {
        Value q = b.load(queries, {d, b.index(0)});
        Value column = b.add(keyColumn, d);
        SmallVector<Value> next;
        for (int64_t j = 0; j < block; ++j)
          next.push_back(b.fma(b.loadSplat(op.getInput(), {rows[j], column}), q,
                               partial[j]));
        return next;
      });

  Value maximum = b.maxf(carried[0], b.maxTree(scores));
  Value correction =
      math::Exp2Op::create(b.builder, b.loc, b.subf(carried[0], maximum));
  SmallVector<Value> weights;
  for (Value score : scores)
    weights.push_back(
        math::Exp2Op::create(b.builder, b.loc, b.subf(score, maximum)));
  Value sum = b.fma(carried[1], correction, b.sumTree(weights));

  b.loop(b.index(0), b.index(headSize), 1, [&](Value d) {
    Value at = b.index(0);
    Value column = b.add(valueColumn, d);
    Value o = b.mulf(b.load(sums, {d, at}), correction);
    for (int64_t j = 0; j < block; ++j)
      o = b.fma(b.loadSplat(op.getInput(), {rows[j], column}), weights[j], o);
    b.store(o, sums, {d, at});
  });
  return {maximum, sum};
}

void codegen::emitAttention(kernel::AttentionOp op, LoopBuilder &b) {
  Attention(op, b).emit();
}

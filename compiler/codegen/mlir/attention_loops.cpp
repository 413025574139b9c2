//===- attention_loops.cpp - Softmax attention, a block of keys at a time -===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Lanes are queries. A block of `lanes` queries of one head is transposed once
// into scratch; then, for each block of `keyBlock` keys of the text:
//
//   scores[j] = sum over d of K[j, d] * Q[d]      keyBlock registers
//   online softmax: new maximum, exp2, sums       still in registers
//   O[d] = O[d] * correction + sum over j of V[j, d] * P[j]
//
// K and V are read where the matmul wrote them, one element in every lane; the
// scores never leave the registers, and no sum runs across lanes. Queries carry
// scale * log2(e), so that exp2 serves. Key blocks start at the text's first
// row, so a query's arithmetic depends on its text alone.
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
        queries(b.scratch({headSize, b.lanes()})),
        sums(b.scratch({headSize, b.lanes()})) {}

  void emit();
  void emitQueries(Value row, Value stop, Value begin, Value end);
  SmallVector<Value> emitKeys(Value key, Value end, bool masked,
                              ValueRange carried);

  kernel::AttentionOp op;
  LoopBuilder &b;
  int64_t headSize;
  int64_t modelWidth; // heads * head size: where keys begin in a row
  Value queries;      // [head size, lanes]
  Value sums;         // [head size, lanes]
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
  Value last = b.sub(stop, b.index(1));
  Value scale = b.scalar(op.getScale().convertToDouble() * std::numbers::log2e);
  // Lanes past the last query repeat it; their results are not stored.
  b.loop(b.index(0), b.index(b.lanes()), 1, [&](Value lane) {
    Value source = b.min(b.add(row, lane), last);
    b.loop(b.index(0), b.index(headSize), 1, [&](Value d) {
      Value q = b.loadScalar(op.getInput(), {source, b.add(queryColumn, d)});
      b.storeScalar(b.mulf(q, scale), queries, {d, lane});
    });
  });
  b.loop(b.index(0), b.index(headSize), 1,
         [&](Value d) { b.store(b.splat(0.0), sums, {d, b.index(0)}); });

  // Whole blocks of keys, then what is left, masked.
  int64_t block = b.target.keyBlock;
  Value count = b.sub(end, begin);
  Value rest = arith::RemUIOp::create(b.builder, b.loc, count, b.index(block));
  Value wholeEnd = b.sub(end, rest);
  SmallVector<Value> state = {b.splat(kLowest), b.splat(0.0)};
  state =
      b.loop(begin, wholeEnd, block, state, [&](Value key, ValueRange carried) {
        return emitKeys(key, end, /*masked=*/false, carried);
      });
  state =
      b.loop(wholeEnd, end, block, state, [&](Value key, ValueRange carried) {
        return emitKeys(key, end, /*masked=*/true, carried);
      });

  Value inverse = b.divf(b.splat(1.0), state[1]);
  b.loop(b.index(0), b.index(headSize), 1, [&](Value d) {
    Value at = b.index(0);
    b.store(b.mulf(b.load(sums, {d, at}), inverse), sums, {d, at});
  });
  Value lanes = b.min(b.sub(stop, row), b.index(b.lanes()));
  b.loop(b.index(0), lanes, 1, [&](Value lane) {
    b.loop(b.index(0), b.index(headSize), 1, [&](Value d) {
      b.storeScalar(b.loadScalar(sums, {d, lane}), op.getOut(),
                    {b.add(row, lane), b.add(queryColumn, d)});
    });
  });
}

/// One block of keys from `key`; carries the queries' running maximum and sum.
/// Where masked, keys from `end` on count for nothing.
SmallVector<Value> Attention::emitKeys(Value key, Value end, bool masked,
                                       ValueRange carried) {
  int64_t block = b.target.keyBlock;
  SmallVector<Value> rows, valid;
  Value last = masked ? b.sub(end, b.index(1)) : Value();
  for (int64_t j = 0; j < block; ++j) {
    Value row = b.add(key, j);
    if (masked) {
      valid.push_back(arith::CmpIOp::create(
          b.builder, b.loc, arith::CmpIPredicate::slt, row, end));
      row = b.min(row, last);
    }
    rows.push_back(row);
  }

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
  if (masked)
    for (int64_t j = 0; j < block; ++j)
      scores[j] = arith::SelectOp::create(b.builder, b.loc, valid[j], scores[j],
                                          b.splat(kLowest));

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

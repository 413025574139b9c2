//===- attention_positions.cpp - Scores by content and position -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/attention_positions.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

AttentionPositions::AttentionPositions(kernel::AttentionOp op,
                                       const AttentionShape &shape,
                                       LoopBuilder &b)
    : op(op), shape(shape), b(b) {
  Value keys = op.getPositionKeys(), queries = op.getPositionQueries();
  if (!op.getPositionRows())
    return;
  int64_t columns =
      cast<MemRefType>((keys ? keys : queries).getType()).getDimSize(1);
  width = llvm::alignTo(std::min(columns, shape.queryBlock + shape.chunkKeys),
                        b.lanes());
  auto products = [&](Value table, int64_t rows) {
    return table ? b.scratch({int64_t(llvm::alignTo(rows, shape.positionTile)),
                              width})
                 : Value();
  };
  ofQueries = products(keys, shape.queryBlock);
  ofKeys = products(queries, shape.chunkKeys);
}

Value AttentionPositions::columnAt(Value distance) {
  Value at = b.add(distance, *op.getPositions() - 1);
  Value number = b.loadScalar(op.getPositionRows(), {b.index(0), at});
  Type i32 = b.builder.getI32Type();
  number = arith::FPToSIOp::create(b.builder, b.loc, i32, number);
  return arith::IndexCastOp::create(b.builder, b.loc, b.builder.getIndexType(),
                                    number);
}

void AttentionPositions::multiply(Value head, Value row, Value rowEnd,
                                  Value begin, Value keys) {
  if (!op.getPositionRows())
    return;
  Value lastKey = b.sub(b.add(begin, keys), b.index(1));
  first = columnAt(b.sub(lastKey, row));
  Value last = columnAt(b.sub(begin, b.sub(rowEnd, b.index(1))));
  columnCount = b.sub(b.add(last, 1), first);
  headColumn = b.mul(head, shape.headSize);
  if (ofQueries)
    multiplyRows(op.getPositionKeys(), row, b.sub(rowEnd, row), headColumn,
                 ofQueries);
  if (ofKeys)
    multiplyRows(op.getPositionQueries(), begin, keys,
                 b.add(headColumn, shape.keyColumn), ofKeys);
}

void AttentionPositions::multiplyRows(Value table, Value begin, Value count,
                                      Value column, Value out) {
  int64_t tile = shape.positionTile;
  Value last = b.sub(count, b.index(1));
  b.loop(b.index(0), count, tile, [&](Value place) {
    SmallVector<Value> rows; // past the last one, the last one again
    for (int64_t i = 0; i < tile; ++i)
      rows.push_back(b.add(begin, b.min(b.add(place, i), last)));
    b.loop(b.index(0), columnCount, b.lanes(), [&](Value at) {
      SmallVector<Value> sums(tile, b.splat(0.0));
      sums = b.loop(
          b.index(0), b.index(shape.headSize), 1, sums,
          [&](Value feature, ValueRange partial) {
            Value positions =
                b.load(table, {b.add(headColumn, feature), b.add(first, at)});
            SmallVector<Value> next;
            for (int64_t i = 0; i < tile; ++i) {
              Value x =
                  b.loadSplat(op.getInput(), {rows[i], b.add(column, feature)});
              next.push_back(b.fma(x, positions, partial[i]));
            }
            return next;
          });
      for (int64_t i = 0; i < tile; ++i)
        b.store(sums[i], out, {b.add(place, i), at});
    });
  });
}

Value AttentionPositions::pick(Value products, Value row, Value at,
                               Value seen) {
  return vector::GatherOp::create(b.builder, b.loc, b.vectorType(), products,
                                  ValueRange{row, b.index(0)}, at, seen,
                                  b.splat(0.0));
}

Value AttentionPositions::load(Value query, Value key, Value own, Value seen) {
  Value from = b.sub(b.index(*op.getPositions() - 1), own);
  Value at =
      arith::FPToSIOp::create(b.builder, b.loc, b.wordsType(),
                              b.load(op.getPositionRows(), {b.index(0), from}));
  Value base = arith::IndexCastOp::create(b.builder, b.loc,
                                          b.builder.getI32Type(), first);
  base = vector::BroadcastOp::create(b.builder, b.loc, b.wordsType(), base);
  at = arith::SubIOp::create(b.builder, b.loc, at, base);
  Value sum;
  if (ofQueries)
    sum = pick(ofQueries, query, at, seen);
  if (!ofKeys)
    return sum;
  SmallVector<int32_t> rows; // lane i is the row of key + i
  for (int64_t lane = 0; lane < b.lanes(); ++lane)
    rows.push_back(lane * width);
  Value rowOf = arith::ConstantOp::create(
      b.builder, b.loc, DenseElementsAttr::get(b.wordsType(), ArrayRef(rows)));
  at = arith::AddIOp::create(b.builder, b.loc, at, rowOf);
  Value ofKey = pick(ofKeys, key, at, seen);
  return sum ? b.addf(sum, ofKey) : ofKey;
}

//===- pool_loops.cpp - One row a text from one row a token ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A vector of columns at a time runs down the text's rows, first to last.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/kernel_loops.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

namespace {

struct Pool {
  kernel::PoolOp op;
  LoopBuilder &b;
  Value begin, end; // the text's rows

  Value emit(Value column);

private:
  Value load(Value row, Value column) {
    return b.load(op.getInput(), {row, column});
  }
  /// An index as f32, in every lane.
  Value toVector(Value index) {
    Value integer = arith::IndexCastOp::create(b.builder, b.loc,
                                               b.builder.getI32Type(), index);
    return b.splat(arith::SIToFPOp::create(b.builder, b.loc, b.f32(), integer));
  }
  Value emitSum(Value column);
  Value emitMax(Value column);
  Value emitWeightedMean(Value column);
};

} // namespace

Value Pool::emitSum(Value column) {
  return b.loop(begin, end, 1, b.splat(0.0),
                [&](Value row, ValueRange sum) -> SmallVector<Value> {
                  return {b.addf(sum[0], load(row, column))};
                })[0];
}

Value Pool::emitMax(Value column) {
  return b.loop(b.add(begin, 1), end, 1, load(begin, column),
                [&](Value row, ValueRange max) -> SmallVector<Value> {
                  return {b.maxf(load(row, column), max[0])};
                })[0];
}

// Weights 1, 2, ..., L; their sum is L (L + 1) / 2.
Value Pool::emitWeightedMean(Value column) {
  Value sum = b.loop(begin, end, 1, b.splat(0.0),
                     [&](Value row, ValueRange sum) -> SmallVector<Value> {
                       Value weight = toVector(b.add(b.sub(row, begin), 1));
                       return {b.fma(weight, load(row, column), sum[0])};
                     })[0];
  Value length = toVector(b.sub(end, begin));
  Value total =
      b.mulf(b.mulf(length, b.addf(length, b.splat(1.0))), b.splat(0.5));
  return b.divf(sum, total);
}

Value Pool::emit(Value column) {
  switch (op.getKind()) {
  case emb::PoolKind::Mean:
    return b.divf(emitSum(column), toVector(b.sub(end, begin)));
  case emb::PoolKind::Cls:
    return load(begin, column);
  case emb::PoolKind::Max:
    return emitMax(column);
  case emb::PoolKind::Last:
    return load(b.sub(end, b.index(1)), column);
  case emb::PoolKind::WeightedMean:
    return emitWeightedMean(column);
  case emb::PoolKind::Sum:
    return emitSum(column);
  case emb::PoolKind::MeanSqrt:
    return b.divf(
        emitSum(column),
        math::SqrtOp::create(b.builder, b.loc, toVector(b.sub(end, begin))));
  }
  llvm_unreachable("a pooling without a loop");
}

void cpu::emitPool(kernel::PoolOp op, LoopBuilder &b) {
  int64_t width = cast<MemRefType>(op.getOut().getType()).getDimSize(1);
  b.loop(op.getTile()[0], op.getTile()[1], 1, [&](Value text) {
    Pool pool{op, b, b.loadIndex(op.getOffsets(), text),
              b.loadIndex(op.getOffsets(), b.add(text, 1))};
    b.loop(b.index(0), b.index(width), b.lanes(), [&](Value column) {
      b.store(pool.emit(column), op.getOut(), {text, column});
    });
  });
}

//===- quantize_loops.cpp - Rows in a narrower type -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// To bf16: one pass. To integers: one pass for the largest and the least
// element, one that scales, rounds and narrows.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/kernel_loops.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

// Added to a float of at most 2^21 it leaves the nearest whole number, ties to
// even, in the low bits: one step between floats is 1 there.
static constexpr double kRound = 12582912.0; // 1.5 * 2^23

// Steps between the least and the most: one fewer than bytes have, for both may
// round away from zero.
static constexpr double kSteps = 254.0;

// From bytes without a sign to bytes with one.
static constexpr double kSignedOffset = 128.0;

// Below it a row's inverse scale would overflow; such a row is as good as zero.
static constexpr double kSmallest = 1e-30;

namespace {

struct RowQuantizer {
  LoopBuilder &b;
  const QuantizedRows &rows;
  Value row;

  void emit() {
    if (element().isBF16())
      forEachVector([&](Value column) {
        b.store(load(column), rows.into, {row, column});
      });
    else
      emitIntegers();
  }

private:
  Type element() {
    return cast<MemRefType>(rows.into.getType()).getElementType();
  }
  Value load(Value column) {
    Value x = b.load(rows.from, {row, column});
    return rows.smoothing ? b.mulf(x, b.load(rows.smoothing, column)) : x;
  }
  void forEachVector(llvm::function_ref<void(Value column)> body) {
    b.loop(b.index(0), b.index(llvm::alignTo(rows.width, b.lanes())), b.lanes(),
           body);
  }
  /// The most and the least of the row's true columns and zero, in f32.
  std::pair<Value, Value> range();
  void emitIntegers();
};

} // namespace

std::pair<Value, Value> RowQuantizer::range() {
  int64_t chains = b.target.extremeChains, stride = chains * b.lanes();
  int64_t looped = rows.width / stride * stride;
  // The most of each chain, then the least of each.
  SmallVector<Value> extremes(2 * chains, b.splat(0.0));
  auto take = [&](Value x, SmallVector<Value> &extremes, int64_t chain) {
    extremes[chain] = b.maxf(x, extremes[chain]);
    extremes[chains + chain] = b.minf(x, extremes[chains + chain]);
  };
  if (looped)
    extremes = b.loop(b.index(0), b.index(looped), stride, extremes,
                      [&](Value column, ValueRange carried) {
                        SmallVector<Value> next(carried);
                        for (int64_t i = 0; i < chains; ++i)
                          take(load(b.add(column, i * b.lanes())), next, i);
                        return next;
                      });
  for (int64_t column = looped, i = 0; column < rows.width;
       column += b.lanes(), ++i)
    take(b.keepLanes(load(b.index(column)), rows.width - column), extremes, i);
  ArrayRef<Value> all = extremes;
  return {b.maxLanes(b.maxTree(llvm::to_vector(all.take_front(chains)))),
          b.minLanes(b.minTree(llvm::to_vector(all.take_back(chains))))};
}

void RowQuantizer::emitIntegers() {
  auto [most, least] = range();
  Value span = b.subf(most, least);
  Value inverse = b.divf(b.scalar(kSteps), b.maxf(span, b.scalar(kSmallest)));
  b.storeRowScale(b.mulf(span, b.scalar(1 / kSteps)), rows.into, row);
  Value round = b.scalar(kRound);
  if (element().isInteger(8)) {
    Value zeroPoint = math::RoundEvenOp::create(
        b.builder, b.loc, b.mulf(b.subf(b.scalar(0.0), least), inverse));
    if (b.target.integerDot.hasSignedBytes())
      zeroPoint = b.subf(zeroPoint, b.scalar(kSignedOffset));
    b.storeRowZeroPoint(zeroPoint, rows.into, row);
    round = b.addf(round, zeroPoint);
  }
  inverse = b.splat(inverse);
  round = b.splat(round);
  forEachVector([&](Value column) {
    Value bits = arith::BitcastOp::create(b.builder, b.loc, b.wordsType(),
                                          b.fma(load(column), inverse, round));
    Value narrow =
        arith::TruncIOp::create(b.builder, b.loc, b.vectorOf(element()), bits);
    vector::StoreOp::create(b.builder, b.loc, narrow, rows.into,
                            ValueRange{row, column});
  });
}

void cpu::emitQuantizedRow(LoopBuilder &b, const QuantizedRows &rows,
                           Value row) {
  RowQuantizer{b, rows, row}.emit();
}

void cpu::emitQuantize(kernel::QuantizeOp op, LoopBuilder &b) {
  QuantizedRows rows = {op.getInput(), op.getOut(), op.getSmoothing(),
                        static_cast<int64_t>(op.getWidth())};
  b.loop(op.getTile()[0], op.getTile()[1], 1,
         [&](Value row) { emitQuantizedRow(b, rows, row); });
}

//===- int4_arithmetic.cpp - Weights in i4, widened as they are read ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A byte of the panels holds two inputs of a column. They become f32, times the
// scale of their group, once for all rows of the tile; what follows is a matmul
// in f32, or in bf16 where the inputs are.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/matmul_arithmetic.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;
using kernel::kGroupSize;

namespace {

using Operands = SmallVector<Value, 2>;

/// The walk down K: whole groups, then what is left.
struct Int4 : MatmulArithmetic {
  using MatmulArithmetic::MatmulArithmetic;

  int64_t mostRows() override { return b.target.wideningTileRows; }
  SmallVector<Value> accumulate(ArrayRef<Value> rows, Value panel,
                                Value tile) override {
    int64_t inputs = op.getTrueInputSize(), left = inputs % kGroupSize;
    Value whole = b.index(inputs / kGroupSize);
    SmallVector<Value> sums(rows.size() * b.target.tileVectors, b.splat(0.0));
    sums =
        b.loop(b.index(0), whole, 1, sums, [&](Value group, ValueRange sums) {
          return addGroup(rows, panel, tile, group, kGroupSize, sums);
        });
    return left ? addGroup(rows, panel, tile, whole, left, sums) : sums;
  }

protected:
  /// What the products take of two weights of each column.
  virtual Operands join(Value first, Value second) = 0;
  /// The same of a row's inputs from `k` on, in every lane; of one alone where
  /// `isHalf`, which may be fewer operands.
  virtual Operands loadInputs(Value row, Value k, bool isHalf) = 0;
  virtual Value multiplyAdd(Value input, Value weights, Value sum) = 0;

  Value words(int32_t value) {
    return arith::ConstantOp::create(
        b.builder, b.loc, DenseElementsAttr::get(b.wordsType(), value));
  }

private:
  /// A byte's low or high half as a number: the upper bits of a word, moved
  /// down with their sign.
  Value half(Value bytes, bool isHigh) {
    if (!isHigh)
      bytes = arith::ShLIOp::create(b.builder, b.loc, bytes, words(28));
    Value number =
        arith::ShRSIOp::create(b.builder, b.loc, bytes, words(isHigh ? 4 : 28));
    return arith::SIToFPOp::create(b.builder, b.loc, b.vectorType(), number);
  }

  SmallVector<Value> addGroup(ArrayRef<Value> rows, Value panel, Value tile,
                              Value group, int64_t inputs, ValueRange before) {
    SmallVector<Value> offsets, scales;
    for (int64_t j = 0; j < b.target.tileVectors; ++j) {
      offsets.push_back(b.index(j * b.lanes()));
      scales.push_back(
          b.load(op.getWeightScale(), {panel, group, offsets.back()}));
    }
    auto step = [&](Value pair, ValueRange before, bool isHalf) {
      SmallVector<Operands> weights;
      for (auto [offset, scale] : llvm::zip(offsets, scales)) {
        Value bytes = b.loadBytes(op.getWeight(), {panel, pair, offset});
        Value first = b.mulf(half(bytes, false), scale);
        Value second = b.mulf(half(bytes, true), scale);
        weights.push_back(join(first, second));
      }
      if (!isHalf)
        prefetch(panel, pair, tile);
      SmallVector<Value> sums(before);
      Value k = b.mul(pair, 2);
      for (auto [i, row] : llvm::enumerate(rows))
        for (auto [part, input] : llvm::enumerate(loadInputs(row, k, isHalf)))
          for (auto [j, operands] : llvm::enumerate(weights)) {
            Value &sum = sums[i * weights.size() + j];
            sum = multiplyAdd(input, operands[part], sum);
          }
      return sums;
    };
    Value begin = b.mul(group, kGroupSize / 2);
    Value end = b.add(begin, inputs / 2);
    SmallVector<Value> sums =
        b.loop(begin, end, 1, before, [&](Value pair, ValueRange sums) {
          return step(pair, sums, false);
        });
    return inputs % 2 ? step(end, sums, true) : sums;
  }
};

struct Int4Floats : Int4 {
  using Int4::Int4;

  Operands join(Value first, Value second) override { return {first, second}; }
  Operands loadInputs(Value row, Value k, bool isHalf) override {
    Operands inputs = {b.loadSplat(op.getInput(), {row, k})};
    if (!isHalf)
      inputs.push_back(b.loadSplat(op.getInput(), {row, b.add(k, 1)}));
    return inputs;
  }
  Value multiplyAdd(Value input, Value weights, Value sum) override {
    return b.fma(input, weights, sum);
  }
};

struct Int4Bf16 : Int4 {
  using Int4::Int4;

  /// A word of two bf16, each to the nearest, ties away from zero: these are
  /// finite and far from overflow.
  Operands join(Value first, Value second) override {
    auto rounded = [&](Value value) -> Value {
      Value bits =
          vector::BitCastOp::create(b.builder, b.loc, b.wordsType(), value);
      return arith::AddIOp::create(b.builder, b.loc, bits, words(0x8000));
    };
    Value low =
        arith::ShRUIOp::create(b.builder, b.loc, rounded(first), words(16));
    Value high = arith::AndIOp::create(b.builder, b.loc, rounded(second),
                                       words(~0xffff));
    return {arith::OrIOp::create(b.builder, b.loc, low, high)};
  }
  Operands loadInputs(Value row, Value k, bool isHalf) override {
    Value pair = b.loadWordSplat(op.getInput(), {row, k});
    // What follows the row's end may be anything, a NaN too.
    if (isHalf)
      pair = arith::AndIOp::create(b.builder, b.loc, pair, words(0xffff));
    return {pair};
  }
  Value multiplyAdd(Value input, Value weights, Value sum) override {
    return b.dotBf16(input, weights, sum);
  }
};

} // namespace

std::unique_ptr<MatmulArithmetic> cpu::createInt4Arithmetic(kernel::MatmulOp op,
                                                            LoopBuilder &b) {
  if (op.getInput().getType().getElementType().isBF16())
    return std::make_unique<Int4Bf16>(op, b);
  return std::make_unique<Int4Floats>(op, b);
}

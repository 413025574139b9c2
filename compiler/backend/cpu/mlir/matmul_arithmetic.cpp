//===- matmul_arithmetic.cpp - Products and sums of a matmul --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/matmul_arithmetic.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

Value MatmulArithmetic::finish(Value sum, RowTerms terms, Value column) {
  return op.getBias() ? b.addf(sum, b.load(op.getBias(), column)) : sum;
}

// Cores whose own prefetchers stop at the end of a page read weights that are
// not in their caches at a third of what they can (in a virtual machine, with
// one sentence, 1.9 times as fast with this).
void MatmulArithmetic::prefetch(Value panel, Value step, Value tile) {
  auto type = cast<MemRefType>(op.getWeight().getType());
  int64_t bits = type.getElementTypeBitWidth();
  int64_t stepBytes = type.getNumElements() / type.getDimSize(0) /
                      type.getDimSize(1) * bits / 8;
  int64_t lineBytes = b.target.cacheLine,
          lines = llvm::divideCeil(stepBytes, lineBytes);
  // Elements of the third dimension that a line holds.
  int64_t lineColumns = type.getDimSize(2) * lineBytes / stepBytes;
  auto place = [&](Value panel, Value step, Value column) {
    SmallVector<Value> at = {panel, step, column};
    at.resize(type.getRank(), b.index(0));
    return at;
  };
  Value ahead = b.add(step, b.target.prefetchBytes / stepBytes);
  for (int64_t line = 0; line < lines; ++line)
    b.prefetch(op.getWeight(), place(panel, ahead, b.index(line * lineColumns)),
               LoopBuilder::Wanted::Soon);
  Value next = b.min(b.add(panel, 1), b.index(type.getDimSize(0) - 1));
  Value line = b.min(tile, b.index(lines - 1));
  b.prefetch(op.getWeight(), place(next, step, b.mul(line, lineColumns)),
             LoopBuilder::Wanted::Later);
}

namespace {

/// Down K in steps of a group of `depth` inputs: 1, 2 or 4, as a lane's 32 bits
/// hold. At each, one load for each vector of the panel's row, then a
/// multiply-add for each row of the tile.
class Steps : public MatmulArithmetic {
public:
  Steps(kernel::MatmulOp op, LoopBuilder &b)
      : MatmulArithmetic(op, b), depth(op.getDepth()) {}

  SmallVector<Value> accumulate(ArrayRef<Value> rows, Value panel,
                                Value tile) override {
    int64_t vectors = b.target.tileVectors;
    SmallVector<Value> offsets, zeros(rows.size() * vectors, zero());
    for (int64_t j = 0; j < vectors; ++j)
      offsets.push_back(b.index(j * b.lanes()));
    auto step = [&](Value k, ValueRange sums, int64_t count) {
      SmallVector<Value> weights, next;
      for (Value offset : offsets)
        weights.push_back(loadWeights(panel, k, offset));
      if (count == 0)
        prefetch(panel, k, tile);
      for (auto [i, row] : llvm::enumerate(rows)) {
        Value x = loadInput(row, k, count);
        for (int64_t j = 0; j < vectors; ++j)
          next.push_back(multiplyAdd(x, weights[j], sums[i * vectors + j]));
      }
      return next;
    };
    // Inputs of the last group where it is not whole.
    int64_t partial = op.getTrueInputSize() % depth;
    Value end = b.index(op.getTrueInputSize() / depth);
    SmallVector<Value> sums =
        b.loop(b.index(0), end, 1, zeros,
               [&](Value k, ValueRange sums) { return step(k, sums, 0); });
    return partial ? step(end, sums, partial) : sums;
  }

protected:
  /// The sums of `lanes` columns before the first product.
  virtual Value zero() = 0;
  /// A group of a row's inputs, in every lane; with `count`, only the first
  /// `count` of them, the others zero.
  virtual Value loadInput(Value row, Value step, int64_t count) = 0;
  /// A group of weights for each of `lanes` columns, from column `offset` of
  /// the panel on.
  virtual Value loadWeights(Value panel, Value step, Value offset) = 0;
  virtual Value multiplyAdd(Value input, Value weights, Value sum) = 0;

  int64_t depth;
};

/// Inputs in f32, one at a time; weights in f32, or in bf16 and widened.
struct Floats : Steps {
  using Steps::Steps;

  Value zero() override { return b.splat(0.0); }
  Value loadInput(Value row, Value step, int64_t count) override {
    return b.loadSplat(op.getInput(), {row, step});
  }
  Value loadWeights(Value panel, Value step, Value offset) override {
    return b.load(op.getWeight(), {panel, step, offset});
  }
  Value multiplyAdd(Value input, Value weights, Value sum) override {
    return b.fma(input, weights, sum);
  }
};

/// Inputs and weights as words of 32 bits that hold a group each.
struct Words : Steps {
  using Steps::Steps;

  Value loadInput(Value row, Value step, int64_t count) override {
    Value word = b.loadWordSplat(op.getInput(), {row, b.mul(step, depth)});
    if (count == 0)
      return word;
    // What follows the row's end may be anything, a NaN too.
    int32_t mask = (int64_t(1) << (32 / depth * count)) - 1;
    Value keep = arith::ConstantOp::create(
        b.builder, b.loc, DenseElementsAttr::get(b.wordsType(), mask));
    return arith::AndIOp::create(b.builder, b.loc, word, keep);
  }
  Value loadWeights(Value panel, Value step, Value offset) override {
    return b.loadWords(op.getWeight(), {panel, step, offset, b.index(0)});
  }
};

struct Bf16Pairs : Words {
  using Words::Words;

  Value zero() override { return b.splat(0.0); }
  Value multiplyAdd(Value input, Value weights, Value sum) override {
    return b.dotBf16(input, weights, sum);
  }
};

/// Exact sums in i32, then scaled by the row's scale and the column's.
struct Integers : Words {
  using Words::Words;

  int64_t mostRows() override {
    return isWidened() ? b.target.wideningTileRows : b.target.tileRows;
  }
  Value zero() override {
    return arith::ConstantOp::create(
        b.builder, b.loc, DenseElementsAttr::get(b.wordsType(), int32_t(0)));
  }
  Value loadWeights(Value panel, Value step, Value offset) override {
    if (!isWidened())
      return Words::loadWeights(panel, step, offset);
    // i8 in memory, i16 in registers.
    auto narrow = VectorType::get({depth * b.lanes()}, getStoredType());
    Value weights =
        vector::LoadOp::create(b.builder, b.loc, narrow, op.getWeight(),
                               ValueRange{panel, step, offset, b.index(0)});
    weights = arith::ExtSIOp::create(b.builder, b.loc, narrow.clone(getType()),
                                     weights);
    return vector::BitCastOp::create(b.builder, b.loc, b.wordsType(), weights);
  }
  Value multiplyAdd(Value input, Value weights, Value sum) override {
    return b.dotIntegers(input, weights, sum);
  }
  RowTerms loadRowTerms(Value row) override {
    Value scale = b.splat(b.loadRowScale(op.getInput(), row));
    if (!op.getCorrection())
      return {scale, {}};
    Value zeroPoint = b.splat(b.loadRowZeroPoint(op.getInput(), row));
    return {scale, b.mulf(b.subf(b.splat(0.0), scale), zeroPoint)};
  }
  Value finish(Value sum, RowTerms terms, Value column) override {
    Value real = arith::SIToFPOp::create(b.builder, b.loc, b.vectorType(), sum);
    Value scaled = b.mulf(real, terms.scale);
    Value columnScale = b.load(op.getWeightScale(), column);
    Value product =
        op.getBias() ? b.fma(scaled, columnScale, b.load(op.getBias(), column))
                     : b.mulf(scaled, columnScale);
    if (!op.getCorrection())
      return product;
    return b.fma(terms.zeroPoint, b.load(op.getCorrection(), column), product);
  }

private:
  Type getType() { return b.builder.getIntegerType(32 / depth); }
  Type getStoredType() { return op.getWeight().getType().getElementType(); }
  bool isWidened() { return getStoredType() != getType(); }
};

} // namespace

std::unique_ptr<MatmulArithmetic> MatmulArithmetic::create(kernel::MatmulOp op,
                                                           LoopBuilder &b) {
  Type input = op.getInput().getType().getElementType();
  if (op.isGrouped())
    return createInt4Arithmetic(op, b);
  if (kernel::isQuantized(input))
    return std::make_unique<Integers>(op, b);
  if (input.isBF16())
    return std::make_unique<Bf16Pairs>(op, b);
  return std::make_unique<Floats>(op, b);
}

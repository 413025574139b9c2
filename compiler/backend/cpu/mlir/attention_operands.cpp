//===- attention_operands.cpp - Operands of attention ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/attention_operands.h"

#include <numbers>

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

/// The largest multiple of `unit` that is at most `limit`, but at least `unit`.
static int64_t wholeUnits(int64_t limit, int64_t unit) {
  return std::max(limit / unit, int64_t(1)) * unit;
}

AttentionShape::AttentionShape(kernel::AttentionOp op, const Target &target)
    : headSize(op.getHeadSize()),
      queriesPerKey(op.getHeads() / op.getKeyValueHeadsOrDefault()),
      keyColumn(op.getHeads() * op.getHeadSize()),
      valueColumn(keyColumn + op.getKeyValueHeadsOrDefault() * headSize),
      bf16(op.getInput().getType().getElementType().isBF16()),
      scaled(!bf16 || op.getSoftcap() || op.getBias()),
      windowed(op.getBefore() || op.getAfter()), wordSize(bf16 ? 2 : 1),
      headWords(llvm::divideCeil(headSize, wordSize)),
      columns(llvm::alignTo(headSize, target.vectorWidth)),
      queryTile(target.attention.queries),
      tileVectors(target.attention.vectors),
      positionTile(target.attention.positionRows) {
  const AttentionTiles &tiles = target.attention;
  int64_t wordBytes = 4, lanes = target.vectorWidth;
  int64_t largest =
      op.getPositionRows() ? tiles.largestRelativeChunk : tiles.largestChunk;
  chunkKeys = wholeUnits(
      std::min(largest, tiles.packedBytes / (headWords * wordBytes)), lanes);
  queryBlock = wholeUnits(
      std::min(largest, tiles.packedBytes / (columns * wordBytes)), queryTile);
}

AttentionOperands::AttentionOperands(kernel::AttentionOp op,
                                     const AttentionShape &shape,
                                     LoopBuilder &b)
    : op(op), shape(shape), b(b) {
  Type element = op.getInput().getType().getElementType();
  keys =
      b.scratch({shape.headWords, shape.chunkKeys * shape.wordSize}, element);
  if (shape.bf16)
    values = b.scratch({shape.chunkKeys / 2, shape.columns * 2}, element);
}

void AttentionOperands::pack(Value head, Value begin, Value count,
                             KeyRange range) {
  Value shared = head;
  if (shape.queriesPerKey > 1)
    shared = arith::DivUIOp::create(b.builder, b.loc, head,
                                    b.index(shape.queriesPerKey));
  columnOf[0] = b.mul(head, shape.headSize);
  columnOf[1] = b.add(b.mul(shared, shape.headSize), shape.keyColumn);
  columnOf[2] = b.add(b.mul(shared, shape.headSize), shape.valueColumn);
  chunkBegin = begin;
  packKeys(begin, count, range);
  if (shape.bf16)
    packValues(begin, range);
}

/// keys[word][key] = word of K[begin + key]; in f32 times scale * log2(e), so
/// that exp2 serves. Keys past the last one repeat it.
void AttentionOperands::packKeys(Value begin, Value count, KeyRange range) {
  Value scale = b.splat(op.getScale().convertToDouble() * std::numbers::log2e);
  Value last = b.sub(count, b.index(1));
  auto packTile = [&](ArrayRef<Value> rows, Value key, Value word,
                      int64_t words, int64_t elements) {
    SmallVector<Value> tile;
    Value column = b.add(columnOf[1], b.mul(word, shape.wordSize));
    for (Value row : rows) {
      SmallVector<Value> at = {row, column};
      tile.push_back(
          shape.bf16 ? b.loadFirstWords(op.getInput(), at, elements)
                     : b.mulf(b.loadFirst(op.getInput(), at, elements), scale));
    }
    tile = b.transpose(std::move(tile));
    for (int64_t i = 0; i < words; ++i) {
      SmallVector<Value> at = {b.add(word, i), b.mul(key, shape.wordSize)};
      if (shape.bf16)
        b.storeWords(tile[i], keys, at);
      else
        b.store(tile[i], keys, at);
    }
  };
  b.loop(range.from, range.to, b.lanes(), [&](Value key) {
    SmallVector<Value> rows;
    for (int64_t lane = 0; lane < b.lanes(); ++lane)
      rows.push_back(b.add(begin, b.min(b.add(key, lane), last)));
    int64_t tileElements = b.lanes() * shape.wordSize;
    int64_t whole = shape.headSize / tileElements * b.lanes();
    b.loop(b.index(0), b.index(whole), b.lanes(), [&](Value word) {
      packTile(rows, key, word, b.lanes(), tileElements);
    });
    if (whole < shape.headWords)
      packTile(rows, key, b.index(whole), shape.headWords - whole,
               shape.headSize - whole * shape.wordSize);
  });
}

/// values[key / 2][column] = (V[begin + key][column], V[begin + key +
/// 1][column]); an odd last key pairs with zero.
void AttentionOperands::packValues(Value begin, KeyRange range) {
  auto zero = b.builder.getZeroAttr(
      VectorType::get({b.lanes()}, b.builder.getBF16Type()));
  auto packPair = [&](Value pair, bool whole) {
    Value row = b.add(begin, b.mul(pair, 2));
    for (int64_t column = 0; column < shape.columns; column += b.lanes()) {
      auto load = [&](Value row) {
        return b.loadFirstNarrow(op.getInput(),
                                 {row, b.add(columnOf[2], column)},
                                 shape.headSize - column);
      };
      Value first = load(row);
      Value second =
          whole ? load(b.add(row, 1))
                : arith::ConstantOp::create(b.builder, b.loc, zero).getResult();
      Value both =
          vector::InterleaveOp::create(b.builder, b.loc, first, second);
      vector::StoreOp::create(b.builder, b.loc, both, values,
                              ValueRange{pair, b.index(2 * column)});
    }
  };
  auto half = [&](Value key) -> Value {
    return arith::ShRUIOp::create(b.builder, b.loc, key, b.index(1));
  };
  Value pairs = half(range.to);
  Value odd = arith::AndIOp::create(b.builder, b.loc, range.to, b.index(1));
  b.loop(half(range.from), pairs, 1, [&](Value pair) { packPair(pair, true); });
  // No turn or one.
  b.loop(pairs, b.add(pairs, odd), 1,
         [&](Value pair) { packPair(pair, false); });
}

void AttentionOperands::prefetchNextHead(Value row, bool query) {
  for (int64_t part = query ? 0 : 1; part < (query ? 1 : 3); ++part) {
    Value begin = b.add(columnOf[part], shape.headSize);
    b.loop(begin, b.add(begin, shape.headSize),
           b.target.cacheLine / (4 / shape.wordSize), [&](Value column) {
             memref::PrefetchOp::create(
                 b.builder, b.loc, op.getInput(), ValueRange{row, column},
                 /*isWrite=*/false, /*localityHint=*/2, /*isDataCache=*/true);
           });
  }
}

Value AttentionOperands::loadKeys(Value word, Value key) {
  if (shape.bf16)
    return b.loadWords(keys, {word, b.mul(key, 2)});
  return b.load(keys, {word, key});
}

Value AttentionOperands::loadValues(Value word, Value column, int64_t count) {
  if (shape.bf16)
    return b.loadWords(values, {word, b.mul(column, 2)});
  return b.loadFirst(op.getInput(),
                     {b.add(chunkBegin, word), b.add(columnOf[2], column)},
                     count);
}

Value AttentionOperands::loadSplat(Value memref, ValueRange at) {
  return shape.bf16 ? b.loadWordSplat(memref, at) : b.loadSplat(memref, at);
}

Value AttentionOperands::multiplyAdd(Value a, Value bits, Value sum) {
  return shape.bf16 ? b.dotBf16(a, bits, sum) : b.fma(a, bits, sum);
}

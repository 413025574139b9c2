//===- lane_arithmetic.cpp - Arithmetic across lanes ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The part of LoopBuilder that tells lanes apart: the first few of a vector,
// sums and maxima over lanes, transposition.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/loop_builder.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

//===----------------------------------------------------------------------===//
// The first lanes
//===----------------------------------------------------------------------===//

static Type elementTypeOf(Value memref) {
  return cast<MemRefType>(memref.getType()).getElementType();
}

/// vector<elements x i1>, of which the first `count` are set.
static Value firstLanes(LoopBuilder &b, int64_t elements, int64_t count) {
  SmallVector<bool> first(elements, false);
  std::fill_n(first.begin(), count, true);
  auto type = VectorType::get({elements}, b.builder.getI1Type());
  return arith::ConstantOp::create(b.builder, b.loc,
                                   DenseElementsAttr::get(type, first));
}

/// The first `count` of `elements` elements as they are, then zeros.
static Value loadFirstElements(LoopBuilder &b, Value memref, ValueRange at,
                               int64_t elements, int64_t count) {
  auto type = VectorType::get({elements}, elementTypeOf(memref));
  if (count >= elements)
    return vector::LoadOp::create(b.builder, b.loc, type, memref, at);
  Value zeros =
      arith::ConstantOp::create(b.builder, b.loc, b.builder.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b.builder, b.loc, type, memref, at,
                                      firstLanes(b, elements, count), zeros);
}

Value LoopBuilder::loadFirstNarrow(Value memref, ValueRange at, int64_t count) {
  return loadFirstElements(*this, memref, at, lanes(), count);
}

Value LoopBuilder::loadFirst(Value memref, ValueRange at, int64_t count) {
  Value vector = loadFirstNarrow(memref, at, count);
  if (elementTypeOf(memref).isF32())
    return vector;
  return arith::ExtFOp::create(builder, loc, vectorType(), vector);
}

void LoopBuilder::storeFirst(Value vector, Value memref, ValueRange at,
                             int64_t count) {
  if (count >= lanes())
    return store(vector, memref, at);
  Type element = elementTypeOf(memref);
  if (!element.isF32())
    vector = arith::TruncFOp::create(builder, loc, vectorOf(element), vector);
  vector::MaskedStoreOp::create(builder, loc, memref, at,
                                firstLanes(*this, lanes(), count), vector);
}

Value LoopBuilder::loadFirstWords(Value memref, ValueRange at, int64_t count) {
  int64_t elements =
      lanes() * 32 / elementTypeOf(memref).getIntOrFloatBitWidth();
  return vector::BitCastOp::create(
      builder, loc, wordsType(),
      loadFirstElements(*this, memref, at, elements, count));
}

Value LoopBuilder::keepLanes(Value vector, int64_t count) {
  if (count >= lanes())
    return vector;
  return arith::SelectOp::create(
      builder, loc, firstLanes(*this, lanes(), count), vector, splat(0.0));
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// Halves are combined until one lane is left.
static Value reduceLanes(LoopBuilder &b, Value vector,
                         llvm::function_ref<Value(Value, Value)> combine) {
  for (int64_t width = b.lanes() / 2; width >= 1; width /= 2) {
    auto half = [&](int64_t begin) -> Value {
      return vector::ExtractStridedSliceOp::create(b.builder, b.loc, vector,
                                                   {begin}, {width}, {1});
    };
    vector = combine(half(0), half(width));
  }
  return vector::ExtractOp::create(b.builder, b.loc, vector, 0);
}

Value LoopBuilder::sumLanes(Value vector) {
  return reduceLanes(*this, vector,
                     [&](Value a, Value b) { return addf(a, b); });
}

Value LoopBuilder::maxLanes(Value vector) {
  return reduceLanes(*this, vector,
                     [&](Value a, Value b) { return maxf(a, b); });
}

Value LoopBuilder::minLanes(Value vector) {
  return reduceLanes(*this, vector,
                     [&](Value a, Value b) { return minf(a, b); });
}

/// Combines pair by pair.
static Value reduceTree(SmallVector<Value> values,
                        llvm::function_ref<Value(Value, Value)> combine) {
  while (values.size() > 1) {
    SmallVector<Value> half;
    for (size_t i = 0; i + 1 < values.size(); i += 2)
      half.push_back(combine(values[i], values[i + 1]));
    if (values.size() % 2 == 1)
      half.push_back(values.back());
    values = std::move(half);
  }
  return values.front();
}

Value LoopBuilder::sumTree(SmallVector<Value> values) {
  return reduceTree(std::move(values),
                    [&](Value a, Value b) { return addf(a, b); });
}

Value LoopBuilder::maxTree(SmallVector<Value> values) {
  return reduceTree(std::move(values),
                    [&](Value a, Value b) { return maxf(a, b); });
}

Value LoopBuilder::minTree(SmallVector<Value> values) {
  return reduceTree(std::move(values),
                    [&](Value a, Value b) { return minf(a, b); });
}

//===----------------------------------------------------------------------===//
// Transposition
//===----------------------------------------------------------------------===//

std::pair<Value, Value> LoopBuilder::interleave(Value a, Value b) {
  int64_t n = lanes();
  SmallVector<int64_t> low, high;
  for (int64_t i = 0; i < n / 2; ++i) {
    low.append({i, n + i});
    high.append({n / 2 + i, n + n / 2 + i});
  }
  return {vector::ShuffleOp::create(builder, loc, a, b, low),
          vector::ShuffleOp::create(builder, loc, a, b, high)};
}

std::pair<Value, Value> LoopBuilder::deinterleave(Value a, Value b) {
  SmallVector<int64_t> even, odd;
  for (int64_t i = 0; i < lanes(); ++i) {
    even.push_back(2 * i);
    odd.push_back(2 * i + 1);
  }
  return {vector::ShuffleOp::create(builder, loc, a, b, even),
          vector::ShuffleOp::create(builder, loc, a, b, odd)};
}

// Interleaving row i with row i + lanes / 2 moves every bit of an element's
// (row, column) address one place up; log2(lanes) rounds swap row and column.
SmallVector<Value> LoopBuilder::transpose(SmallVector<Value> tile) {
  int64_t n = lanes();
  for (int64_t round = 1; round < n; round *= 2) {
    SmallVector<Value> next;
    for (int64_t i = 0; i < n / 2; ++i) {
      auto [low, high] = interleave(tile[i], tile[i + n / 2]);
      next.append({low, high});
    }
    tile = std::move(next);
  }
  return tile;
}

// As `transpose`, but the two halves of what is interleaved are combined, so
// that the tile halves with each round; when one vector is left, it holds what
// is left of each value `values.size()` lanes apart.
Value LoopBuilder::reduceEach(SmallVector<Value> values, Combine combine) {
  int64_t n = lanes(), count = llvm::PowerOf2Ceil(values.size());
  values.resize(count, values.back());
  for (int64_t half = count / 2; half >= 1; half /= 2) {
    for (int64_t i = 0; i < half; ++i) {
      auto [low, high] = interleave(values[i], values[i + half]);
      values[i] = combine(low, high);
    }
    values.resize(half);
  }
  Value result = values.front();
  for (int64_t distance = n / 2; distance >= count; distance /= 2) {
    SmallVector<int64_t> partner;
    for (int64_t i = 0; i < n; ++i)
      partner.push_back(i ^ distance);
    result = combine(result, vector::ShuffleOp::create(builder, loc, result,
                                                       result, partner));
  }
  return result;
}

Value LoopBuilder::splatLane(Value vector, int64_t lane) {
  return splat(vector::ExtractOp::create(builder, loc, vector, lane));
}

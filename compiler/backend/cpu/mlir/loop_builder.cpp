//===- loop_builder.cpp - Short names for vector, scf and arith -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/loop_builder.h"

#include "compiler/target/isa.h"

#include <cmath>
#include <numbers>

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

//===----------------------------------------------------------------------===//
// Index arithmetic
//===----------------------------------------------------------------------===//

Value LoopBuilder::index(int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

Value LoopBuilder::add(Value a, Value b) {
  return arith::AddIOp::create(builder, loc, a, b);
}

Value LoopBuilder::add(Value a, int64_t b) {
  return b == 0 ? a : add(a, index(b));
}

Value LoopBuilder::sub(Value a, Value b) {
  return arith::SubIOp::create(builder, loc, a, b);
}

Value LoopBuilder::mul(Value a, int64_t b) {
  return arith::MulIOp::create(builder, loc, a, index(b));
}

Value LoopBuilder::min(Value a, Value b) {
  return arith::MinSIOp::create(builder, loc, a, b);
}

Value LoopBuilder::max(Value a, Value b) {
  return arith::MaxSIOp::create(builder, loc, a, b);
}

Value LoopBuilder::alignDown(Value a, int64_t unit) {
  return mul(arith::DivUIOp::create(builder, loc, a, index(unit)), unit);
}

Value LoopBuilder::div(Value a, Value b) {
  return arith::DivUIOp::create(builder, loc, a, b);
}

Value LoopBuilder::ceilDiv(Value a, Value b) {
  // The sum does not overflow: these count rows.
  return div(sub(add(a, b), index(1)), b);
}

Value LoopBuilder::loadIndex(Value memref, Value at) {
  Value value = memref::LoadOp::create(builder, loc, memref, at);
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                    value);
}

//===----------------------------------------------------------------------===//
// Vectors and scalars
//===----------------------------------------------------------------------===//

Value LoopBuilder::scalar(double value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getF32FloatAttr(value));
}

Value LoopBuilder::splat(double value) {
  auto attribute =
      DenseElementsAttr::get(vectorType(), static_cast<float>(value));
  return arith::ConstantOp::create(builder, loc, attribute);
}

Value LoopBuilder::splat(Value scalar) {
  return vector::BroadcastOp::create(builder, loc, vectorType(), scalar);
}

static Type elementType(Value memref) {
  return cast<MemRefType>(memref.getType()).getElementType();
}

Value LoopBuilder::load(Value memref, ValueRange at) {
  Type element = elementType(memref);
  Value vector =
      vector::LoadOp::create(builder, loc, vectorOf(element), memref, at);
  if (element.isF32())
    return vector;
  return arith::ExtFOp::create(builder, loc, vectorType(), vector);
}

void LoopBuilder::store(Value vector, Value memref, ValueRange at) {
  Type element = elementType(memref);
  if (!element.isF32())
    vector = arith::TruncFOp::create(builder, loc, vectorOf(element), vector);
  vector::StoreOp::create(builder, loc, vector, memref, at);
}

Value LoopBuilder::loadScalar(Value memref, ValueRange at) {
  Value scalar = memref::LoadOp::create(builder, loc, memref, at);
  if (scalar.getType().isF32())
    return scalar;
  return arith::ExtFOp::create(builder, loc, f32(), scalar);
}

void LoopBuilder::storeScalar(Value scalar, Value memref, ValueRange at) {
  Type element = elementType(memref);
  if (!element.isF32())
    scalar = arith::TruncFOp::create(builder, loc, element, scalar);
  memref::StoreOp::create(builder, loc, scalar, memref, at);
}

void LoopBuilder::prefetch(Value memref, ValueRange at, Wanted when) {
  memref::PrefetchOp::create(builder, loc, memref, at, /*isWrite=*/false,
                             /*localityHint=*/when == Wanted::Soon ? 3 : 2,
                             /*isDataCache=*/true);
}

Value LoopBuilder::addf(Value a, Value b) {
  return arith::AddFOp::create(builder, loc, a, b);
}

Value LoopBuilder::subf(Value a, Value b) {
  return arith::SubFOp::create(builder, loc, a, b);
}

Value LoopBuilder::mulf(Value a, Value b) {
  return arith::MulFOp::create(builder, loc, a, b);
}

Value LoopBuilder::divf(Value a, Value b) {
  return arith::DivFOp::create(builder, loc, a, b);
}

Value LoopBuilder::maxf(Value a, Value b) {
  return target.isa->emitMaximum(builder, loc, a, b);
}

Value LoopBuilder::minf(Value a, Value b) {
  return target.isa->emitMinimum(builder, loc, a, b);
}

Value LoopBuilder::fma(Value a, Value b, Value c) {
  if (!target.fusedMultiplyAdd)
    return addf(mulf(a, b), c);
  return math::FmaOp::create(builder, loc, a, b, c);
}

Value LoopBuilder::clamp(Value x, double low, double high) {
  return maxf(splat(low), minf(splat(high), x));
}

Value LoopBuilder::polynomial(ArrayRef<double> coefficients, Value x) {
  Value sum = splat(coefficients.back());
  for (double coefficient : llvm::reverse(coefficients.drop_back()))
    sum = fma(sum, x, splat(coefficient));
  return sum;
}

Value LoopBuilder::scaleByPower(Value power, Value whole) {
  return target.isa->emitScaleByPower(builder, loc, target, power, whole);
}

bool LoopBuilder::scalesToZero() const {
  return target.isa->scalesToZero(target);
}

//===----------------------------------------------------------------------===//
// Dot products of narrow elements
//===----------------------------------------------------------------------===//

/// `words` words of 32 bits, from as many narrow elements as they hold.
static Value loadBits(LoopBuilder &b, Value memref, ValueRange at,
                      int64_t words) {
  Type element = elementType(memref);
  int64_t count = words * 32 / element.getIntOrFloatBitWidth();
  Value elements = vector::LoadOp::create(
      b.builder, b.loc, VectorType::get({count}, element), memref, at);
  auto type = VectorType::get({words}, b.builder.getI32Type());
  return vector::BitCastOp::create(b.builder, b.loc, type, elements);
}

Value LoopBuilder::loadWordSplat(Value memref, ValueRange at) {
  Value word = vector::ExtractOp::create(builder, loc,
                                         loadBits(*this, memref, at, 1), 0);
  return vector::BroadcastOp::create(builder, loc, wordsType(), word);
}

/// The f32 that is `word` words of 32 bits before the row's end.
static Value loadTail(LoopBuilder &b, Value memref, Value row, int64_t word) {
  auto type = cast<MemRefType>(memref.getType());
  int64_t column =
      type.getDimSize(1) - word * 32 / type.getElementTypeBitWidth();
  Value bits = loadBits(b, memref, {row, b.index(column)}, 1);
  auto one = VectorType::get({1}, b.f32());
  Value value = vector::BitCastOp::create(b.builder, b.loc, one, bits);
  return vector::ExtractOp::create(b.builder, b.loc, value, 0);
}

static void storeTail(LoopBuilder &b, Value scalar, Value memref, Value row,
                      int64_t word) {
  auto type = cast<MemRefType>(memref.getType());
  int64_t count = 32 / type.getElementTypeBitWidth();
  auto one = VectorType::get({1}, b.f32());
  auto bits = VectorType::get({count}, type.getElementType());
  Value value = vector::BroadcastOp::create(b.builder, b.loc, one, scalar);
  vector::StoreOp::create(
      b.builder, b.loc,
      vector::BitCastOp::create(b.builder, b.loc, bits, value), memref,
      ValueRange{row, b.index(type.getDimSize(1) - word * count)});
}

Value LoopBuilder::loadRowScale(Value memref, Value row) {
  return loadTail(*this, memref, row, 1);
}

Value LoopBuilder::loadRowZeroPoint(Value memref, Value row) {
  return loadTail(*this, memref, row, 2);
}

void LoopBuilder::storeRowScale(Value scalar, Value memref, Value row) {
  storeTail(*this, scalar, memref, row, 1);
}

void LoopBuilder::storeRowZeroPoint(Value scalar, Value memref, Value row) {
  storeTail(*this, scalar, memref, row, 2);
}

Value LoopBuilder::loadWords(Value memref, ValueRange at) {
  return loadBits(*this, memref, at, lanes());
}

Value LoopBuilder::loadBytes(Value memref, ValueRange at) {
  Value bytes = vector::LoadOp::create(
      builder, loc, vectorOf(builder.getI8Type()), memref, at);
  return arith::ExtSIOp::create(builder, loc, wordsType(), bytes);
}

void LoopBuilder::storeWords(Value words, Value memref, ValueRange at) {
  Type element = elementType(memref);
  int64_t count = lanes() * 32 / element.getIntOrFloatBitWidth();
  Value elements = vector::BitCastOp::create(
      builder, loc, VectorType::get({count}, element), words);
  vector::StoreOp::create(builder, loc, elements, memref, at);
}

Value LoopBuilder::splatWord(uint32_t bits) {
  return arith::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(wordsType(), static_cast<int32_t>(bits)));
}

Value LoopBuilder::roundToWords(Value first, Value second) {
  return target.isa->emitRoundToWords(builder, loc, first, second);
}

Value LoopBuilder::dotBf16(Value a, Value b, Value sum) {
  return target.isa->emitDotBf16(builder, loc, a, b, sum);
}

Value LoopBuilder::dotIntegers(Value rows, Value weights, Value sum) {
  return target.isa->emitDotIntegers(builder, loc, target, rows, weights, sum);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void LoopBuilder::loop(Value begin, Value end, Value step, Body body) {
  OpBuilder::InsertionGuard guard(builder);
  auto forOp = scf::ForOp::create(builder, loc, begin, end, step);
  builder.setInsertionPointToStart(forOp.getBody());
  body(forOp.getInductionVar());
}

SmallVector<Value> LoopBuilder::loop(Value begin, Value end, int64_t step,
                                     ValueRange initial, CarryBody body) {
  OpBuilder::InsertionGuard guard(builder);
  auto forOp =
      scf::ForOp::create(builder, loc, begin, end, index(step), initial);
  builder.setInsertionPointToStart(forOp.getBody());
  scf::YieldOp::create(
      builder, loc, body(forOp.getInductionVar(), forOp.getRegionIterArgs()));
  return SmallVector<Value>(forOp.getResults());
}

Value LoopBuilder::scratch(ArrayRef<int64_t> shape, Type element) {
  OpBuilder::InsertionGuard guard(builder);
  Operation *function = builder.getInsertionBlock()->getParentOp();
  if (!isa<func::FuncOp>(function))
    function = function->getParentOfType<func::FuncOp>();
  builder.setInsertionPointToStart(&cast<func::FuncOp>(function).front());
  return memref::AllocaOp::create(builder, loc, MemRefType::get(shape, element),
                                  builder.getI64IntegerAttr(target.cacheLine));
}

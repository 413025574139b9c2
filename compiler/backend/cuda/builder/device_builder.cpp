//===- device_builder.cpp - Code of one thread of a device ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/builder/device_builder.h"

#include "dialects/kernel/narrow_floats.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;
using Values = DeviceBuilder::Values;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

Value DeviceBuilder::constant(TypedAttr value) {
  Value &known = constants[value];
  if (known)
    return known;
  OpBuilder::InsertionGuard guard(builder);
  auto function = builder.getInsertionBlock()
                      ->getParent()
                      ->getParentOfType<gpu::GPUFuncOp>();
  builder.setInsertionPointToStart(&function.getBody().front());
  return known = arith::ConstantOp::create(builder, loc, value);
}

Value DeviceBuilder::i32(int64_t value) {
  return constant(builder.getI32IntegerAttr(value));
}
Value DeviceBuilder::i64(int64_t value) {
  return constant(builder.getI64IntegerAttr(value));
}
Value DeviceBuilder::f32(double value) {
  return constant(builder.getF32FloatAttr(value));
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

static constexpr auto noWrap = arith::IntegerOverflowFlags::nsw;

Value DeviceBuilder::add(Value a, Value b) {
  return arith::AddIOp::create(builder, loc, a, b, noWrap);
}
Value DeviceBuilder::add(Value a, int64_t b) {
  return b == 0 ? a : add(a, i32(b));
}
Value DeviceBuilder::sub(Value a, Value b) {
  return arith::SubIOp::create(builder, loc, a, b, noWrap);
}
Value DeviceBuilder::mul(Value a, Value b) {
  return arith::MulIOp::create(builder, loc, a, b, noWrap);
}
Value DeviceBuilder::mul(Value a, int64_t b) {
  return b == 1 ? a : mul(a, i32(b));
}
Value DeviceBuilder::div(Value a, int64_t b) {
  return b == 1 ? a : Value(arith::DivUIOp::create(builder, loc, a, i32(b)));
}
Value DeviceBuilder::rem(Value a, int64_t b) {
  return arith::RemUIOp::create(builder, loc, a, i32(b));
}
Value DeviceBuilder::bitXor(Value a, Value b) {
  return arith::XOrIOp::create(builder, loc, a, b);
}
Value DeviceBuilder::bitXor(Value a, int64_t b) { return bitXor(a, i32(b)); }
Value DeviceBuilder::bitAnd(Value a, int64_t mask) {
  return arith::AndIOp::create(builder, loc, a, i32(mask));
}
Value DeviceBuilder::shiftLeft(Value a, int64_t bits) {
  return arith::ShLIOp::create(builder, loc, a, i32(bits));
}
Value DeviceBuilder::shiftRight(Value a, int64_t bits) {
  return arith::ShRSIOp::create(builder, loc, a, i32(bits));
}
Value DeviceBuilder::minimum(Value a, Value b) {
  return arith::MinUIOp::create(builder, loc, a, b);
}
Value DeviceBuilder::maximum(Value a, Value b) {
  return arith::MaxUIOp::create(builder, loc, a, b);
}
Value DeviceBuilder::less(Value a, Value b) {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, a, b);
}
Value DeviceBuilder::less(Value a, int64_t b) { return less(a, i32(b)); }
Value DeviceBuilder::equal(Value a, int64_t b) {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, a,
                               i32(b));
}
Value DeviceBuilder::lessSigned(Value a, Value b) {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, a, b);
}
Value DeviceBuilder::both(Value a, Value b) {
  return arith::AndIOp::create(builder, loc, a, b);
}
Value DeviceBuilder::bitOr(Value a, Value b) {
  return arith::OrIOp::create(builder, loc, a, b);
}
Value DeviceBuilder::truncate(Value a, int64_t bits) {
  return bits == 32 ? a
                    : Value(arith::TruncIOp::create(
                          builder, loc, builder.getIntegerType(bits), a));
}
Value DeviceBuilder::either(Value a, Value b) {
  return arith::OrIOp::create(builder, loc, a, b);
}
Value DeviceBuilder::select(Value condition, Value a, Value b) {
  return arith::SelectOp::create(builder, loc, condition, a, b);
}

//===----------------------------------------------------------------------===//
// f32
//===----------------------------------------------------------------------===//

Value DeviceBuilder::addf(Value a, Value b) {
  return arith::AddFOp::create(builder, loc, a, b);
}
Value DeviceBuilder::subf(Value a, Value b) {
  return arith::SubFOp::create(builder, loc, a, b);
}
Value DeviceBuilder::mulf(Value a, Value b) {
  return arith::MulFOp::create(builder, loc, a, b);
}
Value DeviceBuilder::divf(Value a, Value b) {
  return arith::DivFOp::create(builder, loc, a, b);
}
Value DeviceBuilder::fma(Value a, Value b, Value c) {
  // Of math and arith these become calls of CUDA's own library, which is there
  // only where CUDA is installed.
  return LLVM::FMAOp::create(builder, loc, a, b, c);
}
Value DeviceBuilder::maxf(Value a, Value b) {
  return LLVM::MaxNumOp::create(builder, loc, a, b);
}
Value DeviceBuilder::minf(Value a, Value b) {
  return LLVM::MinNumOp::create(builder, loc, a, b);
}
Value DeviceBuilder::maximumf(Value a, Value b) {
  return LLVM::MaximumOp::create(builder, loc, a, b);
}
Value DeviceBuilder::sqrtf(Value a) {
  return intrinsic("llvm.nvvm.sqrt.rn.f", f32Type(), a);
}
Value DeviceBuilder::atLeast(Value a, double least) {
  // The comparison does not hold for a NaN.
  Value isLess = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT,
                                       a, f32(least));
  return select(isLess, f32(least), a);
}
Value DeviceBuilder::atMost(Value a, double most) {
  Value isMore = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGT,
                                       a, f32(most));
  return select(isMore, f32(most), a);
}
Value DeviceBuilder::polynomial(ArrayRef<double> coefficients, Value x) {
  Value sum = f32(coefficients.back());
  for (double coefficient : llvm::reverse(coefficients.drop_back()))
    sum = fma(sum, x, f32(coefficient));
  return sum;
}
Value DeviceBuilder::toFloat(Value integer) {
  return arith::SIToFPOp::create(builder, loc, f32Type(), integer);
}
Value DeviceBuilder::asFloat(Value bits) {
  return arith::BitcastOp::create(builder, loc, f32Type(), bits);
}
Value DeviceBuilder::asBits(Value f32) {
  return arith::BitcastOp::create(builder, loc, i32Type(), f32);
}
Value DeviceBuilder::exp2(Value a) {
  return intrinsic("llvm.nvvm.ex2.approx.ftz", f32Type(), a);
}
Value DeviceBuilder::reciprocal(Value a) {
  return NVVM::RcpApproxFtzF32Op::create(builder, loc, f32Type(), a);
}
Value DeviceBuilder::intrinsic(StringRef name, Type type, ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(builder, loc, type,
                                       builder.getStringAttr(name), operands)
      .getResults();
}

//===----------------------------------------------------------------------===//
// Narrow numbers
//===----------------------------------------------------------------------===//

Value DeviceBuilder::narrow(Value a, Value b, Type element) {
  Value pair = vector::FromElementsOp::create(
      builder, loc, VectorType::get(2, f32Type()), ValueRange{a, b});
  return arith::TruncFOp::create(builder, loc, VectorType::get(2, element),
                                 pair);
}

Value DeviceBuilder::pack(Value a, Value b, Type element) {
  return LLVM::BitcastOp::create(builder, loc, i32Type(),
                                 narrow(a, b, element));
}

std::pair<Value, Value> DeviceBuilder::unpack(Value pair, Type element) {
  if (element.isBF16())
    return {asFloat(shiftLeft(pair, 16)), asFloat(bitAnd(pair, -65536))};
  Value halves =
      LLVM::BitcastOp::create(builder, loc, VectorType::get(2, element), pair);
  auto half = [&](int64_t i) {
    return widen(vector::ExtractOp::create(builder, loc, halves, i));
  };
  Value low = half(0);
  return {low, half(1)};
}

Value DeviceBuilder::widen(Value narrow) {
  return arith::ExtFOp::create(builder, loc, f32Type(), narrow);
}

Value DeviceBuilder::refuseInfinities(Value f16) {
  // x * 0 + x
  Value zero = constant(cast<TypedAttr>(builder.getZeroAttr(f16.getType())));
  return LLVM::FMAOp::create(builder, loc, f16, zero, f16);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static constexpr auto inBounds =
    LLVM::GEPNoWrapFlags::inbounds | LLVM::GEPNoWrapFlags::nuw;

Type DeviceBuilder::pointerType(Space space) {
  return LLVM::LLVMPointerType::get(builder.getContext(),
                                    static_cast<unsigned>(space));
}

Value DeviceBuilder::at(Value pointer, int64_t bytes) {
  if (bytes == 0)
    return pointer;
  return LLVM::GEPOp::create(
      builder, loc, pointer.getType(), builder.getI8Type(), pointer,
      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(bytes)}, inBounds);
}

Value DeviceBuilder::at(Value pointer, Value bytes) {
  return LLVM::GEPOp::create(builder, loc, pointer.getType(),
                             builder.getI8Type(), pointer,
                             ArrayRef<LLVM::GEPArg>{bytes}, inBounds);
}

Value DeviceBuilder::atRow(Value pointer, Value row, int64_t pitch) {
  Value wide = arith::ExtUIOp::create(builder, loc, builder.getI64Type(), row);
  return at(pointer,
            arith::MulIOp::create(builder, loc, wide, i64(pitch), noWrap));
}

Value DeviceBuilder::load(Value pointer, Type type, int64_t alignment,
                          bool invariant) {
  return LLVM::LoadOp::create(builder, loc, type, pointer, alignment,
                              /*isVolatile=*/false, /*isNonTemporal=*/false,
                              invariant);
}

void DeviceBuilder::store(Value value, Value pointer, int64_t alignment) {
  LLVM::StoreOp::create(builder, loc, value, pointer, alignment);
}

Values DeviceBuilder::loadElements(Value pointer, Type element, int64_t count,
                                   bool invariant) {
  int64_t bytes = count * element.getIntOrFloatBitWidth() / 8;
  auto loadAll = [&](Type type) {
    return load(pointer, type, bytes, invariant);
  };
  auto extract = [&](Value vector, int64_t i) -> Value {
    return vector::ExtractOp::create(builder, loc, vector, i);
  };
  Values values;
  if (element.isInteger(8)) {
    // Each byte in its turn to the word's end, and back with its sign.
    Value word = loadAll(builder.getIntegerType(8 * count));
    if (count != 4)
      word = arith::ExtUIOp::create(builder, loc, i32Type(), word);
    for (int64_t i = 0; i < count; ++i)
      values.push_back(toFloat(shiftRight(shiftLeft(word, 24 - 8 * i), 24)));
  } else if (kernel::isNarrowFloat(element) && count == 1) {
    values = {widen(loadAll(element))};
  } else if (kernel::isNarrowFloat(element)) {
    Value words =
        loadAll(count == 2 ? i32Type() : VectorType::get(count / 2, i32Type()));
    for (int64_t i = 0; i < count / 2; ++i) {
      auto [low, high] =
          unpack(count == 2 ? words : extract(words, i), element);
      values.append({low, high});
    }
  } else if (count == 1) {
    values = {loadAll(element)};
  } else {
    Value all = loadAll(VectorType::get(count, element));
    for (int64_t i = 0; i < count; ++i)
      values.push_back(extract(all, i));
  }
  return values;
}

void DeviceBuilder::storeElements(ValueRange values, Value pointer,
                                  Type element) {
  int64_t count = values.size();
  int64_t bytes = count * element.getIntOrFloatBitWidth() / 8;
  auto storeVector = [&](ValueRange parts) {
    Type type = VectorType::get(parts.size(), parts[0].getType());
    store(parts.size() == 1 ? parts[0]
                            : Value(vector::FromElementsOp::create(
                                  builder, loc, type, parts)),
          pointer, bytes);
  };
  if (element.isF32())
    return storeVector(values);
  auto finish = [&](Value narrow) {
    return element.isF16() ? refuseInfinities(narrow) : narrow;
  };
  if (count == 1)
    return store(
        finish(arith::TruncFOp::create(builder, loc, element, values[0])),
        pointer, bytes);
  Values words;
  for (int64_t i = 0; i < count; i += 2)
    words.push_back(LLVM::BitcastOp::create(
        builder, loc, i32Type(),
        finish(narrow(values[i], values[i + 1], element))));
  storeVector(words);
}

//===----------------------------------------------------------------------===//
// The thread
//===----------------------------------------------------------------------===//

Value DeviceBuilder::blockX() {
  return NVVM::BlockIdXOp::create(builder, loc, i32Type());
}
Value DeviceBuilder::blockY() {
  Value y = NVVM::BlockIdYOp::create(builder, loc, i32Type());
  Value z = NVVM::BlockIdZOp::create(builder, loc, i32Type());
  return add(mul(z, NVVM::GridDimYOp::create(builder, loc, i32Type())), y);
}
Value DeviceBuilder::threadIndex(int64_t threads) {
  auto range = LLVM::ConstantRangeAttr::get(builder.getContext(), APInt(32, 0),
                                            APInt(32, threads));
  return NVVM::ThreadIdXOp::create(builder, loc, i32Type(), range);
}
void DeviceBuilder::barrier() { NVVM::Barrier0Op::create(builder, loc); }

Value DeviceBuilder::shuffleXor(Value value, int64_t mask) {
  return NVVM::ShflOp::create(builder, loc, value.getType(), i32(-1), value,
                              i32(mask), i32(31), NVVM::ShflKind::bfly,
                              /*return_value_and_is_valid=*/UnitAttr());
}

Value DeviceBuilder::warpSum(Value value, int64_t lanes) {
  for (int64_t mask = lanes / 2; mask > 0; mask /= 2)
    value = addf(value, shuffleXor(value, mask));
  return value;
}

Value DeviceBuilder::warpMax(Value value, int64_t lanes) {
  for (int64_t mask = lanes / 2; mask > 0; mask /= 2)
    value = maxf(value, shuffleXor(value, mask));
  return value;
}

//===----------------------------------------------------------------------===//
// Control
//===----------------------------------------------------------------------===//

void DeviceBuilder::ifThen(Value condition, llvm::function_ref<void()> body) {
  auto branch = scf::IfOp::create(builder, loc, condition);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(branch.thenYield());
  body();
}

Values DeviceBuilder::changeIf(Value condition, ValueRange values,
                               llvm::function_ref<Values()> body) {
  auto branch = scf::IfOp::create(builder, loc, values.getTypes(), condition,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(builder, loc, values);
  builder.setInsertionPointToStart(branch.thenBlock());
  Values changed = body();
  scf::YieldOp::create(builder, loc, changed);
  return llvm::to_vector_of<Value>(branch.getResults());
}

Values DeviceBuilder::loop(
    Value begin, Value end, int64_t step, ValueRange values,
    llvm::function_ref<Values(Value i, ValueRange values)> body) {
  // The body is written once the loop stands in the function: constants are
  // looked for there.
  auto loop = scf::ForOp::create(builder, loc, begin, end, i32(step), values);
  OpBuilder::InsertionGuard guard(builder);
  // Without values there is a terminator already.
  if (!loop.getBody()->empty())
    loop.getBody()->back().erase();
  builder.setInsertionPointToStart(loop.getBody());
  Values next = body(loop.getInductionVar(), loop.getRegionIterArgs());
  scf::YieldOp::create(builder, loc, next);
  return llvm::to_vector_of<Value>(loop.getResults());
}

//===- device_builder.h - Code of one thread of a device --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What every kernel of a device is written with. Integers have 32 bits: rows,
// lanes, and offsets in bytes within a tile; only a row's place in memory has
// 64. Pointers are running pointers plus constant offsets, which ptxas folds
// into its loads.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_BUILDER_DEVICE_BUILDER_H
#define EMBLEM_COMPILER_BACKEND_CUDA_BUILDER_DEVICE_BUILDER_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"

namespace emblem::cuda {

/// Address spaces of PTX, as LLVM numbers them.
enum class Space { Global = 1, Shared = 3 };

class DeviceBuilder {
public:
  using Value = mlir::Value;
  using Values = llvm::SmallVector<mlir::Value>;

  DeviceBuilder(mlir::OpBuilder &builder, mlir::Location loc)
      : builder(builder), loc(loc) {}

  mlir::OpBuilder &getBuilder() { return builder; }
  mlir::Location getLoc() const { return loc; }
  mlir::Type i32Type() { return builder.getI32Type(); }
  mlir::Type f32Type() { return builder.getF32Type(); }
  mlir::Type bf16Type() { return builder.getBF16Type(); }

  // Constants.
  Value i32(int64_t value);
  Value i64(int64_t value);
  Value f32(double value);

  // Integers of 32 bits, not negative; nothing overflows.
  Value add(Value a, Value b);
  Value add(Value a, int64_t b);
  Value sub(Value a, Value b);
  Value mul(Value a, Value b);
  Value mul(Value a, int64_t b);
  Value div(Value a, int64_t b);
  Value rem(Value a, int64_t b);
  Value bitXor(Value a, Value b);
  Value bitXor(Value a, int64_t b);
  Value bitAnd(Value a, int64_t mask);
  Value shiftLeft(Value a, int64_t bits);
  Value shiftRight(Value a, int64_t bits); // the sign moves in
  Value minimum(Value a, Value b);
  Value maximum(Value a, Value b);
  Value less(Value a, Value b); // i1
  Value less(Value a, int64_t b);
  Value equal(Value a, int64_t b);
  Value lessSigned(Value a, Value b);
  Value both(Value a, Value b);
  Value either(Value a, Value b);
  Value bitOr(Value a, Value b);
  /// An i32's low bits, 8, 16 or all 32.
  Value truncate(Value a, int64_t bits);
  Value select(Value condition, Value a, Value b);

  // f32, each rounded once; nothing is contracted.
  Value addf(Value a, Value b);
  Value subf(Value a, Value b);
  Value mulf(Value a, Value b);
  Value divf(Value a, Value b);
  Value fma(Value a, Value b, Value c);
  Value maxf(Value a, Value b);
  Value minf(Value a, Value b);
  /// The greater; a NaN where one of them is.
  Value maximumf(Value a, Value b);
  Value sqrtf(Value a);
  /// `a`, or the bound where `a` lies beyond it; a NaN stays one.
  Value atLeast(Value a, double least);
  Value atMost(Value a, double most);
  /// coefficients[0] + coefficients[1] x + ...
  Value polynomial(llvm::ArrayRef<double> coefficients, Value x);
  Value toFloat(Value integer); // signed
  Value asFloat(Value bits);
  Value asBits(Value f32);
  /// Approximations of the hardware: ex2.approx.ftz and rcp.approx.ftz.
  Value exp2(Value a);
  Value reciprocal(Value a);
  /// An NVVM or LLVM intrinsic.
  Value intrinsic(llvm::StringRef name, mlir::Type type,
                  mlir::ValueRange operands);

  // Narrow numbers.
  /// Two f32 as bf16 or f16, to the nearest, `a` in the low half of an i32.
  Value pack(Value a, Value b, mlir::Type element);
  /// The halves of an i32 of two bf16 or f16, as f32.
  std::pair<Value, Value> unpack(Value pair, mlir::Type element);
  /// A bf16 or f16 as f32.
  Value widen(Value narrow);

  // Memory.
  /// `pointer` and so many bytes.
  Value at(Value pointer, int64_t bytes);
  Value at(Value pointer, Value bytes);
  /// `pointer` and `row` times `pitch` bytes, in 64 bits.
  Value atRow(Value pointer, Value row, int64_t pitch);
  /// `invariant`: nobody writes it while the kernel runs.
  Value load(Value pointer, mlir::Type type, int64_t alignment,
             bool invariant = false);
  void store(Value value, Value pointer, int64_t alignment);
  /// `count` elements side by side, 1, 2 or 4, as f32: f32, bf16, f16, or i8 with a
  /// sign. They are aligned as a whole.
  Values loadElements(Value pointer, mlir::Type element, int64_t count,
                      bool invariant = true);
  /// f32 as so many elements, f32, bf16 or f16, aligned as a whole. What is beyond
  /// f16 becomes a NaN: an infinity might vanish behind a softmax.
  void storeElements(mlir::ValueRange values, Value pointer,
                     mlir::Type element);
  mlir::Type pointerType(Space space);

  // The thread.
  Value blockX();
  /// The block's number along y and z: a grid has 65,535 in y.
  Value blockY();
  Value threadIndex(int64_t threads);
  /// Waits for all threads of the block.
  void barrier();
  /// Of the lane whose number differs in the bits of `mask`.
  Value shuffleXor(Value value, int64_t mask);
  /// Over `lanes` lanes side by side, a power of two; in each of them, by one
  /// fixed tree.
  Value warpSum(Value value, int64_t lanes = 32);
  Value warpMax(Value value, int64_t lanes = 32);

  // Control.
  void ifThen(Value condition, llvm::function_ref<void()> body);
  /// What `body` makes of `values` where the condition holds, else `values`.
  Values changeIf(Value condition, mlir::ValueRange values,
                  llvm::function_ref<Values()> body);
  /// for i from begin to end by step: values = body(i, values).
  Values
  loop(Value begin, Value end, int64_t step, mlir::ValueRange values,
       llvm::function_ref<Values(Value i, mlir::ValueRange values)> body);
  /// Leaves the kernel, for the whole block, unless `condition` holds; what is
  /// written by `body` comes behind.
  void returnUnless(Value condition, llvm::function_ref<void()> body) {
    ifThen(condition, body);
  }

protected:
  mlir::OpBuilder &builder;
  mlir::Location loc;

private:
  template <typename OpT> Value binary(Value a, Value b);
  /// Constants stand at the function's begin, each once.
  Value constant(mlir::TypedAttr value);
  /// Two f32 as a vector of bf16 or f16.
  Value narrow(Value a, Value b, mlir::Type element);
  /// f16, one or two, with NaNs for infinities.
  Value refuseInfinities(Value f16);
  llvm::DenseMap<mlir::Attribute, Value> constants;
};

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_BUILDER_DEVICE_BUILDER_H

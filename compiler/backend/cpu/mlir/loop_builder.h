//===- loop_builder.h - Short names for vector, scf and arith ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What the kernels' loops are written with: an OpBuilder that knows the
// target's vectors. Values of type f32, vector<lanes x f32> and index; memory
// may hold narrower floats, which widen as they are loaded and are rounded as
// they are stored.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_MLIR_LOOP_BUILDER_H
#define EMBLEM_COMPILER_BACKEND_CPU_MLIR_LOOP_BUILDER_H

#include "compiler/backend/cpu/mlir/passes.h"
#include "compiler/target/target_table.h"

namespace emblem::cpu {

class LoopBuilder {
public:
  LoopBuilder(mlir::OpBuilder &builder, mlir::Location loc,
              const Target &target)
      : builder(builder), loc(loc), target(target) {}

  mlir::OpBuilder &builder;
  mlir::Location loc;
  const Target &target;

  int64_t lanes() const { return target.vectorWidth; }
  mlir::Type f32() { return builder.getF32Type(); }
  mlir::VectorType vectorType() { return vectorOf(f32()); }
  mlir::VectorType wordsType() { return vectorOf(builder.getI32Type()); }
  /// `lanes` elements.
  mlir::VectorType vectorOf(mlir::Type element) {
    return mlir::VectorType::get({lanes()}, element);
  }

  //===--------------------------------------------------------------------===//
  // Index arithmetic
  //===--------------------------------------------------------------------===//

  mlir::Value index(int64_t value);
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value add(mlir::Value a, int64_t b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, int64_t b);
  mlir::Value min(mlir::Value a, mlir::Value b);
  mlir::Value max(mlir::Value a, mlir::Value b);
  /// The largest multiple of `unit` that is at most `a`, which is not negative.
  mlir::Value alignDown(mlir::Value a, int64_t unit);
  /// Neither is negative; rounded down, and up.
  mlir::Value div(mlir::Value a, mlir::Value b);
  mlir::Value ceilDiv(mlir::Value a, mlir::Value b);
  /// An i32 of memory as an index.
  mlir::Value loadIndex(mlir::Value memref, mlir::Value at);

  //===--------------------------------------------------------------------===//
  // Vectors and scalars of f32
  //===--------------------------------------------------------------------===//

  mlir::Value scalar(double value);
  mlir::Value splat(double value);
  mlir::Value splat(mlir::Value scalar);
  mlir::Value load(mlir::Value memref, mlir::ValueRange at); // lanes elements
  void store(mlir::Value vector, mlir::Value memref, mlir::ValueRange at);
  mlir::Value loadScalar(mlir::Value memref, mlir::ValueRange at);
  void storeScalar(mlir::Value scalar, mlir::Value memref, mlir::ValueRange at);
  /// As `load` and `store`, but of the first `count` elements: the others are
  /// zero, or stay as they are. Memory past them is not touched.
  mlir::Value loadFirst(mlir::Value memref, mlir::ValueRange at, int64_t count);
  /// As loadFirst, but not widened.
  mlir::Value loadFirstNarrow(mlir::Value memref, mlir::ValueRange at,
                              int64_t count);
  void storeFirst(mlir::Value vector, mlir::Value memref, mlir::ValueRange at,
                  int64_t count);
  /// Asks for a cache line that will be read: at once, or in a while, when it
  /// need not be nearer than the second cache. Changes nothing.
  enum class Wanted { Soon, Later };
  void prefetch(mlir::Value memref, mlir::ValueRange at, Wanted when);
  /// One element, in every lane.
  mlir::Value loadSplat(mlir::Value memref, mlir::ValueRange at) {
    return splat(loadScalar(memref, at));
  }
  /// The scale and the zero point of a quantized row, at its end.
  mlir::Value loadRowScale(mlir::Value memref, mlir::Value row);
  mlir::Value loadRowZeroPoint(mlir::Value memref, mlir::Value row);
  void storeRowScale(mlir::Value scalar, mlir::Value memref, mlir::Value row);
  void storeRowZeroPoint(mlir::Value scalar, mlir::Value memref,
                         mlir::Value row);
  mlir::Value addf(mlir::Value a, mlir::Value b);
  mlir::Value subf(mlir::Value a, mlir::Value b);
  mlir::Value mulf(mlir::Value a, mlir::Value b);
  mlir::Value divf(mlir::Value a, mlir::Value b);
  /// The greater one; `b` where one of them is a NaN.
  mlir::Value maxf(mlir::Value a, mlir::Value b);
  /// The lesser one, likewise.
  mlir::Value minf(mlir::Value a, mlir::Value b);
  /// a * b + c, rounded once where the target can, else twice.
  mlir::Value fma(mlir::Value a, mlir::Value b, mlir::Value c);
  /// x within [low, high]; a NaN stays one.
  mlir::Value clamp(mlir::Value x, double low, double high);
  /// The sum of coefficients[i] * x^i, by Horner's rule.
  mlir::Value polynomial(llvm::ArrayRef<double> coefficients, mlir::Value x);
  /// The lanes' sum, in one fixed order, their largest and their least.
  mlir::Value sumLanes(mlir::Value vector);
  mlir::Value maxLanes(mlir::Value vector);
  mlir::Value minLanes(mlir::Value vector);
  /// Zero in the lanes from `count` on.
  mlir::Value keepLanes(mlir::Value vector, int64_t count);
  /// Adds, pair by pair: the same shape of tree for the same count.
  mlir::Value sumTree(llvm::SmallVector<mlir::Value> values);
  mlir::Value minTree(llvm::SmallVector<mlir::Value> values);
  mlir::Value maxTree(llvm::SmallVector<mlir::Value> values);
  using Combine = llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)>;
  /// Lane i is all lanes of values[i], combined by halves: the same tree for
  /// each, however many values there are (at most `lanes`). What the lanes past
  /// the last value hold is left open.
  mlir::Value reduceEach(llvm::SmallVector<mlir::Value> values,
                         Combine combine);
  /// One lane of a vector of f32, in every lane.
  mlir::Value splatLane(mlir::Value vector, int64_t lane);

  /// power * 2^whole, whole a whole number, where the result is a normal f32.
  mlir::Value scaleByPower(mlir::Value power, mlir::Value whole);
  /// Whether scaleByPower may also give less than the least normal f32, or 0.
  bool scalesToZero() const;

  //===--------------------------------------------------------------------===//
  // Dot products of narrow elements
  //===--------------------------------------------------------------------===//

  /// The 32 bits of the elements at `at` and after it, in every lane:
  /// vector<lanes x i32>.
  mlir::Value loadWordSplat(mlir::Value memref, mlir::ValueRange at);
  /// The 32 bits of each of `lanes` groups of elements: vector<lanes x i32>.
  mlir::Value loadWords(mlir::Value memref, mlir::ValueRange at);
  /// `lanes` bytes, each with its sign in a word: vector<lanes x i32>.
  mlir::Value loadBytes(mlir::Value memref, mlir::ValueRange at);
  /// As loadWords, but of the first `count` elements; the others are zero.
  mlir::Value loadFirstWords(mlir::Value memref, mlir::ValueRange at,
                             int64_t count);
  void storeWords(mlir::Value words, mlir::Value memref, mlir::ValueRange at);
  /// `lanes` words that all hold the bits given.
  mlir::Value splatWord(uint32_t bits);
  /// Two vectors of f32, rounded to bf16 and put side by side, as words. Needs
  /// the target's bf16Dot.
  mlir::Value roundToWords(mlir::Value first, mlir::Value second);
  /// sum + a[0] * b[0] + a[1] * b[1] in each lane, where a and b are words of
  /// two bf16 and the sum is f32. Needs the target's bf16Dot.
  mlir::Value dotBf16(mlir::Value a, mlir::Value b, mlir::Value sum);
  /// The same for words of the integers that the target's IntegerDot takes, and
  /// a sum in i32, exact.
  mlir::Value dotIntegers(mlir::Value rows, mlir::Value weights,
                          mlir::Value sum);

  /// a[0], b[0], a[1], b[1], ...: the lower and the upper half of it.
  std::pair<mlir::Value, mlir::Value> interleave(mlir::Value a, mlir::Value b);
  /// The even and the odd elements of a and then b.
  std::pair<mlir::Value, mlir::Value> deinterleave(mlir::Value a,
                                                   mlir::Value b);

  /// A square tile of `lanes` vectors of any one type, rows to columns.
  llvm::SmallVector<mlir::Value> transpose(llvm::SmallVector<mlir::Value> tile);

  mlir::Value activate(mlir::Value vector, emb::Activation activation);

  //===--------------------------------------------------------------------===//
  // Loops
  //===--------------------------------------------------------------------===//

  using Body = llvm::function_ref<void(mlir::Value index)>;
  using CarryBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value index, mlir::ValueRange carried)>;

  /// for (index = begin; index < end; index += step)
  void loop(mlir::Value begin, mlir::Value end, mlir::Value step, Body body);
  void loop(mlir::Value begin, mlir::Value end, int64_t step, Body body) {
    loop(begin, end, index(step), body);
  }
  /// The same, with values carried from turn to turn; returns the last ones.
  llvm::SmallVector<mlir::Value> loop(mlir::Value begin, mlir::Value end,
                                      int64_t step, mlir::ValueRange initial,
                                      CarryBody body);
  /// A small buffer on the stack, in the function's entry; it begins a cache
  /// line.
  mlir::Value scratch(llvm::ArrayRef<int64_t> shape) {
    return scratch(shape, f32());
  }
  mlir::Value scratch(llvm::ArrayRef<int64_t> shape, mlir::Type element);
};

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_MLIR_LOOP_BUILDER_H

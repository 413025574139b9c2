//===- row_threads.h - The threads of one row -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What kernels of whole rows are written with. A row is held in the registers
// of its threads, a warp or, where it is wide, a block of them. Thread t has the
// columns [t * step, t * step + step), and those as many steps on as the row has
// threads. Which thread has which columns, and so in which order they are
// summed, depends on the row's width alone: a row has the same bits in any batch.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ROW_THREADS_H
#define EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ROW_THREADS_H

#include "compiler/backend/cuda/kernels/stage_writer.h"

namespace emblem::cuda {

/// How a row is shared out.
struct RowShape {
  /// `cuts`: steps end at its multiples, too, as where rows are concatenated.
  explicit RowShape(int64_t width, int64_t cuts = 0);

  int64_t width;
  int64_t step;    // columns side by side: 4, 2 or 1
  int64_t threads; // of a row: a multiple of a warp
  int64_t blockRows;

  int64_t blockThreads() const { return threads * blockRows; }
  int64_t warps() const { return threads / 32; }
};

class RowThreads {
public:
  using Value = mlir::Value;
  using Values = DeviceBuilder::Values;

  RowThreads(KernelFunction &f, const RowShape &shape);

  /// The same threads for another row of this one's steps.
  RowThreads withWidth(int64_t width) const;

  /// The row's number in the grid.
  Value getRow() const { return row; }

  /// The thread's elements of a row, as f32; 0 beyond its width.
  Values load(Value pointer, mlir::Type element);
  /// The row in f32, read with `load`, into one of f32, bf16 or f16.
  void store(mlir::ValueRange values, Value pointer, mlir::Type element);
  /// The row as a second result: bf16 or f16; or bytes, each column times its
  /// smoothing, with scale and zero point at the end of the pitch.
  void storeNarrow(Values values, Value smoothing, Value result);

  /// Over the thread's elements in the row: next(element, so far).
  Value fold(mlir::ValueRange values, Value start,
             llvm::function_ref<Value(Value x, Value soFar)> next);
  /// Over the row's threads, in each of them.
  Value sum(Value partial);
  Value max(Value partial);

  /// What kernels with so many calls of `sum` and `max` take of a block's shared
  /// memory.
  static int64_t getSharedBytes(const RowShape &shape, int64_t calls);

private:
  /// The first column of a step, and whether it is in the row: null where all
  /// threads' are.
  std::pair<Value, Value> getStep(int64_t index);
  int64_t countSteps() const;
  bool isWhole(int64_t step) const;
  void forEachStep(llvm::function_ref<void(int64_t index, Value column)> body);
  Value reduce(Value partial, bool sums);
  void storeQuantized(mlir::ValueRange values, Value pointer, int64_t pitch);
  void storeBytes(mlir::ValueRange values, Value inverse, Value round,
                  Value pointer);

  KernelFunction &f;
  RowShape shape;
  Value lane, row;
  int64_t calls = 0;
};

/// The calls of sum and max that storeNarrow takes.
inline constexpr int64_t kNarrowReductions = 2;

/// Adds a kernel of one function that does `body` for each row of its grid.
/// `reductions`: the calls of RowThreads' sum and max.
void addRowKernel(
    StageWriter &stage, const RowShape &shape, int64_t reductions,
    llvm::function_ref<void(KernelFunction &, RowThreads &)> body);

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ROW_THREADS_H

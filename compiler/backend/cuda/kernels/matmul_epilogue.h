//===- matmul_epilogue.h - The epilogue of a matmul's tile ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_MATMUL_EPILOGUE_H
#define EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_MATMUL_EPILOGUE_H

#include "compiler/backend/cuda/kernels/matmul_tile.h"

namespace emblem::cuda {

/// Two columns side by side at a time: rows begin at multiples of four bytes, and
/// have room for a pair whose second column is beyond the last.
class MatmulEpilogue {
public:
  using Value = mlir::Value;
  using Pair = std::pair<Value, Value>;

  MatmulEpilogue(kernel::MatmulOp op, KernelFunction &f, const MatmulTile &tile,
                 MatmulTileWriter &writer);

  /// Turns the sums of a tile into results, and stores those of rows before
  /// `rows`.
  void write(Value rows);

  // A pool: sums or maxima of the thread's columns, over the rows of one text.
  // Warps must not share columns.
  DeviceBuilder::Values startPool();
  /// Those with the tile's rows before `rows`, which lie from `input` on.
  DeviceBuilder::Values addRows(mlir::ValueRange pooled, Value input,
                                Value rows);
  void storePool(mlir::ValueRange pooled, Value text);

private:
  Pair loadWeights(Value row, int64_t pair);
  void loadScale(Value input, Value row);
  /// Up to the activation, without it.
  Pair finishSums(int64_t i, int64_t pair);
  Pair rescale(Pair sums, int64_t pair);
  Pair activate(Pair x);
  void finishRow(int64_t i, Value row);
  void finishPair(int64_t i, int64_t pair);
  /// `body` where the pair's columns are there.
  void ifThere(int64_t pair, llvm::function_ref<void()> body);
  Pair load(Value pointer, mlir::Type element);
  Pair loadRow(Value pointer, int64_t pair, Value rows);
  Value atRow(Value rows, Value row);
  bool poolsMost() { return op.getPool() == emb::PoolKind::Max; }

  kernel::MatmulOp op;
  KernelFunction &f;
  MatmulTileWriter &writer;
  int64_t width;
  bool isRagged; // the last tile has columns that are not there
  Value column;  // the thread's first
  llvm::SmallVector<Pair> biases, scales, corrections;
  // The current row of each, from the thread's first column on.
  Value result, multiplier, residual;
  Value rowScale, rowZeroPoint;
};

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_MATMUL_EPILOGUE_H

//===- matmul_tile.h - The sums of a tile of a matmul -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A block of threads multiplies a tile's rows by a tile's columns. Copies run
// `stages` - 1 parts of K ahead of the products, in a ring of shared memory; one
// barrier a part holds the ring together. Sums stay in registers.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_MATMUL_TILE_H
#define EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_MATMUL_TILE_H

#include "compiler/backend/cuda/builder/tensor_core_builder.h"
#include "compiler/backend/cuda/kernels/stage_writer.h"

namespace emblem::cuda {

/// What a matmul multiplies.
struct MatmulOperands {
  Product product;
  int64_t depthBytes; // of K, the same for rows and columns
  int64_t inputPitch, weightPitch;
};

inline int64_t getThreads(const MatmulTile &tile) {
  return 32 * tile.warpRows * tile.warpColumns;
}
inline int64_t getSharedBytes(const MatmulTile &tile) {
  return tile.stages * (tile.rows + tile.columns) * tile.depthBytes;
}

class MatmulTileWriter {
public:
  using Value = mlir::Value;

  /// A tile whose first column is `firstColumn`. Rows from `rows` on are not
  /// read.
  MatmulTileWriter(KernelFunction &f, const MatmulTile &tile,
                   const MatmulOperands &operands, Value firstColumn,
                   Value rows);

  /// The tile's rows, before it is multiplied.
  void startAt(Value firstRow);
  /// Emits the sums of input * transpose(weight).
  void multiply(Value input, Value weight);

  // Where a thread's sums lie: two columns side by side of each of `getRows`
  // rows and `getPairs` pairs.
  int64_t getRows() const { return 2 * rowTiles; }
  int64_t getPairs() const { return columnTiles; }
  Value getLane() const { return cores.getLane(); }
  Value getRow(int64_t i);
  /// The pair's first column; pairs are 8 columns apart.
  Value getColumn();
  std::pair<Value, Value> getSums(int64_t row, int64_t pair) const;

private:
  /// Copies a part of K to the ring's place `stage`, the thread's in both.
  void copyStage(Value stage, Value input, Value weight, Value bytesLimit);
  /// Adds the products of the part at `stage`.
  void multiplyStage(Value stage);
  void multiplyPlainStage(Value stage);

  KernelFunction &f;
  const MatmulTile &tile;
  const MatmulOperands &operands;
  Value firstRow, firstColumn, rows, thread;
  TensorCoreBuilder cores;
  SharedRows layout;
  RowCopy copy;
  int64_t rowTiles, columnTiles; // of a warp: 16 rows, 8 columns
  Value warpRow, warpColumn;     // the warp's first, in the tile
  Value shared;
  llvm::SmallVector<Value> rowBytes; // of a chunk of each row copied
  // A step of K each; of plain products a chunk, and two columns of each.
  llvm::SmallVector<Value> rowPlaces, columnPlaces;
  llvm::SmallVector<Value> sums;
};

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_MATMUL_TILE_H

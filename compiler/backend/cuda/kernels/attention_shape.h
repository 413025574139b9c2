//===- attention_shape.h - Sizes of attention's blocks ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ATTENTION_SHAPE_H
#define EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ATTENTION_SHAPE_H

#include "compiler/backend/cuda/builder/tensor_core_builder.h"
#include "compiler/backend/cuda/kernels/stage_writer.h"

namespace emblem::cuda {

/// How attention is cut up for a device.
struct AttentionShape {
  /// `ofF32`: how products of f32 are made.
  AttentionShape(kernel::AttentionOp op, const DeviceTarget &target,
                 Product ofF32);

  mlir::Type element; // of queries, keys and values
  Product product;
  int64_t elementBytes, headSize, heads, keyValueHeads;
  int64_t inputPitch;
  int64_t queryRows, threads; // of a block; sixteen rows a warp
  SharedRows rows;            // of a head: padded to whole steps of K
  int64_t keyRows;
  int64_t buffers; // for keys and values: 2, or 1 where no more fit
  int64_t sharedBytes;
  bool queriesStay; // in registers
  // What is multiplied with position tables.
  bool positionKeys, positionQueries;
  int64_t tableColumns;

  bool isPlain() const { return product == Product::PlainF32; }
  int64_t getSteps() const {
    return rows.getChunks() * kChunkBytes / kStepBytes;
  }
  int64_t getQueryBytes() const { return rows.getBytes(queryRows); }
  int64_t getKeyBytes() const { return rows.getBytes(keyRows); }
  /// Where the products with position tables begin in shared memory.
  int64_t getPositionPlace() const {
    return getQueryBytes() + 2 * buffers * getKeyBytes();
  }
  /// Columns of a table that a block of queries and one of keys need, in whole
  /// tiles of columns: one a distance.
  int64_t getPositionColumns() const {
    return std::min<int64_t>(llvm::alignTo(tableColumns, 8),
                             llvm::alignTo(queryRows + keyRows - 1 + 7, 8));
  }
  /// Columns whose products with the queries are kept, a power of two.
  int64_t getKeptColumns() const {
    return llvm::PowerOf2Ceil(getPositionColumns());
  }
  /// From a row of the products to the next; eight rows lie in different banks.
  int64_t getQueryProductPitch() const { return 4 * (getKeptColumns() + 8); }
  int64_t getKeyProductPitch() const { return 4 * getPositionColumns(); }
  int64_t getPositionBytes() const {
    return positionKeys * queryRows * getQueryProductPitch() +
           positionQueries * keyRows * getKeyProductPitch();
  }
  /// Columns of the result, by eights.
  int64_t getColumnTiles() const { return llvm::divideCeil(headSize, 8); }
};

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ATTENTION_SHAPE_H

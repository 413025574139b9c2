//===- row_layout.h - Layout of rows and weights ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Rows of activations are `pitch` bytes apart. A quantized row has its scale in
// the last four bytes of the pitch, and its zero point in the four before it
// (kernel_base.td). What else lies behind a row's last element is not read.
//
// A matrix of weights [N, K] has `pitch` bytes a row, too, and rows up to a
// multiple of the largest tile; behind N and K are zeros. So has a table, but no
// more rows. A row of weights has no gaps, and ends with zeros up to a multiple
// of the pitch.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_BUILDER_ROW_LAYOUT_H
#define EMBLEM_COMPILER_BACKEND_CUDA_BUILDER_ROW_LAYOUT_H

#include "compiler/target/device/device_target.h"
#include "dialects/kernel/kernel_dialect.h"

#include "llvm/Support/MathExtras.h"

namespace emblem::cuda {

/// Bytes from a row of `width` elements to the next.
inline int64_t getPitch(int64_t width, mlir::Type element,
                        const DeviceTarget &target) {
  int64_t bytes = llvm::divideCeil(width * element.getIntOrFloatBitWidth(), 8) +
                  kernel::getTailBytes(element);
  return llvm::alignTo(bytes, target.pitchBytes);
}

/// Of rows of activations.
inline int64_t getRowPitch(mlir::Type rows, const DeviceTarget &target) {
  auto type = mlir::cast<mlir::ShapedType>(rows);
  return getPitch(type.getDimSize(1), type.getElementType(), target);
}

/// Of a weight's rows: they have no scales of their own.
inline int64_t getWeightPitch(mlir::Type weight, const DeviceTarget &target) {
  auto type = mlir::cast<mlir::ShapedType>(weight);
  int64_t bits =
      type.getShape().back() * type.getElementType().getIntOrFloatBitWidth();
  return llvm::alignTo(llvm::divideCeil(bits, 8), target.pitchBytes);
}

/// Rows that a matrix of `rows` rows has on the device.
inline int64_t getMatrixRows(int64_t rows, const DeviceTarget &target) {
  int64_t most = 1;
  for (const MatmulTile &tile : target.matmulTiles)
    most = std::max(most, tile.columns);
  return llvm::alignTo(rows, most);
}

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_BUILDER_ROW_LAYOUT_H

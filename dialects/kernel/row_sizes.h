//===- row_sizes.h - Widths and bytes of rows -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_ROW_SIZES_H
#define EMBLEM_DIALECTS_KERNEL_ROW_SIZES_H

#include "dialects/kernel/kernel_dialect.h"

namespace emblem::kernel {

inline int64_t widthOf(mlir::Value rows) {
  return llvm::cast<mlir::ShapedType>(rows.getType()).getShape().back();
}

inline mlir::Type elementOf(mlir::Value value) {
  return llvm::cast<mlir::ShapedType>(value.getType()).getElementType();
}

inline double bitsOf(mlir::Value value) {
  return elementOf(value).getIntOrFloatBitWidth();
}

/// The first result, or the buffer that stands for it; null where an op has
/// neither.
inline mlir::Value getWritten(KernelOpInterface op) {
  if (op->getNumResults())
    return op->getResult(0);
  llvm::SmallVector<mlir::Value> buffers = op.getDestinations();
  return buffers.empty() ? mlir::Value() : buffers.front();
}

/// Bytes of a weight.
inline double getBytes(mlir::Value weight) {
  auto type = llvm::cast<mlir::ShapedType>(weight.getType());
  return double(type.getNumElements()) * bitsOf(weight) / 8;
}

/// Bytes of one of the rows, without padding.
inline double getRowBytes(mlir::Value rows) {
  return double(widthOf(rows)) * bitsOf(rows) / 8;
}

/// Bytes of a row of all that a kernel writes: both results, or the buffer.
inline double getWrittenBytes(KernelOpInterface op) {
  double bytes = op->getNumResults() ? 0 : getRowBytes(getWritten(op));
  for (mlir::Value result : op->getResults())
    bytes += getRowBytes(result);
  return bytes;
}

// Operations a feature: the sum 1, the squares around the mean 3, the result 4.
inline constexpr double kNormFlops = 8;

} // namespace emblem::kernel

#endif // EMBLEM_DIALECTS_KERNEL_ROW_SIZES_H

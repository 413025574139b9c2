//===- row_buffer.h - How rows lie in the arena -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TRANSFORMS_ROW_BUFFER_H
#define EMBLEM_COMPILER_TRANSFORMS_ROW_BUFFER_H

#include "compiler/target/target_table.h"
#include "dialects/kernel/kernel_dialect.h"

namespace emblem {

/// The buffer for rows of type `rows`, [R, width]: [R, padded width].
inline mlir::MemRefType getRowBuffer(mlir::ShapedType rows,
                                     const Target &target) {
  mlir::Type element = rows.getElementType();
  int64_t columns =
      target.rowColumns(rows.getDimSize(1), element.getIntOrFloatBitWidth() / 8,
                        kernel::getTailBytes(element));
  return mlir::MemRefType::get({mlir::ShapedType::kDynamic, columns}, element);
}

/// Bytes of one row of the buffer.
inline int64_t getRowBytes(mlir::MemRefType buffer) {
  return buffer.getDimSize(1) * buffer.getElementTypeBitWidth() / 8;
}

} // namespace emblem

#endif // EMBLEM_COMPILER_TRANSFORMS_ROW_BUFFER_H

//===- row_buffer.h - Rows in the arena -------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_MEMORY_ROW_BUFFER_H
#define EMBLEM_COMPILER_BACKEND_CPU_MEMORY_ROW_BUFFER_H

#include "compiler/target/target_table.h"
#include "compiler/transforms/passes.h"
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

/// Where the rows of a kernel's result lie, once plan-memory has run: bytes a
/// token, or a text behind all tokens.
inline int64_t getSlot(mlir::OpResult rows) {
  auto slots =
      rows.getOwner()->getAttrOfType<mlir::DenseI64ArrayAttr>(attribute::slot);
  return slots[rows.getResultNumber()];
}

} // namespace emblem

#endif // EMBLEM_COMPILER_BACKEND_CPU_MEMORY_ROW_BUFFER_H

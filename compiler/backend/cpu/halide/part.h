//===- part.h - The part of a kernel that a call computes -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Index arithmetic, and the buffers of a call: of each memref, what the part
// reads or writes of it, from its first element on.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_HALIDE_PART_H
#define EMBLEM_COMPILER_BACKEND_CPU_HALIDE_PART_H

#include "compiler/backend/cpu/halide/call_writer.h"

namespace emblem::halide {

/// Elements from one row of a buffer, or of a table, to the next.
inline int64_t getStride(mlir::Value rows) {
  return mlir::cast<mlir::MemRefType>(rows.getType()).getDimSize(1);
}

struct IndexBuilder {
  mlir::OpBuilder &builder;
  mlir::Location loc;

  mlir::Value constant(int64_t value) {
    return mlir::arith::ConstantIndexOp::create(builder, loc, value);
  }
  mlir::Value add(mlir::Value a, mlir::Value b) {
    return mlir::arith::AddIOp::create(builder, loc, a, b);
  }
  mlir::Value sub(mlir::Value a, mlir::Value b) {
    return mlir::arith::SubIOp::create(builder, loc, a, b);
  }
  mlir::Value mul(mlir::Value a, mlir::Value b) {
    return mlir::arith::MulIOp::create(builder, loc, a, b);
  }
  mlir::Value mul(mlir::Value a, int64_t b) { return mul(a, constant(b)); }
  mlir::Value div(mlir::Value a, mlir::Value b) {
    return mlir::arith::DivUIOp::create(builder, loc, a, b);
  }
  mlir::Value ceilDiv(mlir::Value a, int64_t b) {
    return mlir::arith::CeilDivUIOp::create(builder, loc, a, constant(b));
  }
  mlir::Value min(mlir::Value a, mlir::Value b) {
    return mlir::arith::MinSIOp::create(builder, loc, a, b);
  }
  mlir::Value max(mlir::Value a, mlir::Value b) {
    return mlir::arith::MaxSIOp::create(builder, loc, a, b);
  }
  mlir::Value compare(mlir::arith::CmpIPredicate predicate, mlir::Value a,
                      mlir::Value b) {
    return mlir::arith::CmpIOp::create(builder, loc, predicate, a, b);
  }
  /// An element of integers, as an index.
  mlir::Value load(mlir::Value elements, mlir::Value at) {
    return mlir::arith::IndexCastOp::create(
        builder, loc, builder.getIndexType(),
        mlir::memref::LoadOp::create(builder, loc, elements, at));
  }
  void loop(mlir::Value from, mlir::Value to, int64_t step,
            llvm::function_ref<void(mlir::Value)> body) {
    mlir::OpBuilder::InsertionGuard guard(builder);
    auto loop =
        mlir::scf::ForOp::create(builder, loc, from, to, constant(step));
    builder.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar());
  }
  mlir::OpFoldResult extent(int64_t value) {
    return builder.getIndexAttr(value);
  }
};

/// `rows` rows from `row` on, `panels` panels of `panelColumns` from `panel`
/// on.
struct Part {
  IndexBuilder b;
  mlir::Value row, rows;
  mlir::Value panel = {}, panels = {};
  int64_t panelColumns = 0;

  /// [column, row], of a buffer of rows: its first columns.
  BufferArgument ofRows(mlir::Value buffer, int64_t columns) {
    return ofRows(buffer, columns, getStride(buffer));
  }
  BufferArgument ofRows(mlir::Value buffer, int64_t columns, int64_t stride) {
    return {buffer,
            b.mul(row, stride * getBytes(buffer)),
            {{b.extent(columns), 1}, {rows, stride}}};
  }
  /// [column, row], of a buffer of rows: `columns` from `column` on.
  BufferArgument ofColumns(mlir::Value buffer, mlir::Value column,
                           int64_t columns) {
    return ofColumns(buffer, column, columns, getStride(buffer));
  }
  BufferArgument ofColumns(mlir::Value buffer, mlir::Value column,
                           int64_t columns, int64_t stride) {
    BufferArgument part = ofRows(buffer, columns, stride);
    part.begin = b.add(part.begin, b.mul(column, getBytes(buffer)));
    return part;
  }
  /// [column], of the first of the rows.
  BufferArgument ofRow(mlir::Value buffer) {
    BufferArgument part = ofRows(buffer, getStride(buffer));
    part.dimensions.pop_back();
    return part;
  }
  /// [row], of one element a row.
  BufferArgument ofElements(mlir::Value elements) {
    return {elements, b.mul(row, getBytes(elements)), {{rows, 1}}};
  }
  /// [column of the panel, panel, row], of a buffer of rows.
  BufferArgument ofPanels(mlir::Value buffer) {
    int64_t bytes = getBytes(buffer), stride = getStride(buffer);
    return {
        buffer,
        b.add(b.mul(row, stride * bytes), b.mul(panel, panelColumns * bytes)),
        {{b.extent(panelColumns), 1}, {panels, panelColumns}, {rows, stride}}};
  }
  /// [column of the panel, panel], of a row of weights.
  BufferArgument ofPanelRow(mlir::Value row) {
    return {row,
            b.mul(panel, panelColumns * getBytes(row)),
            {{b.extent(panelColumns), 1}, {panels, panelColumns}}};
  }
  /// [column of the panel, k, panel], of a packed weight.
  BufferArgument ofWeight(mlir::Value weight) {
    int64_t inputs = getStride(weight), elements = inputs * panelColumns;
    return {weight,
            b.mul(panel, elements * getBytes(weight)),
            {{b.extent(panelColumns), 1},
             {b.extent(inputs), panelColumns},
             {panels, elements}}};
  }
  /// All of a constant of one or two dimensions, the innermost first.
  BufferArgument whole(mlir::Value constant) {
    auto type = mlir::cast<mlir::MemRefType>(constant.getType());
    BufferArgument buffer = {constant, b.constant(0), {}};
    int64_t stride = 1;
    for (int64_t size : llvm::reverse(type.getShape())) {
      buffer.dimensions.push_back({b.extent(size), stride});
      stride *= size;
    }
    return buffer;
  }
  /// All of a vector of unknown length.
  BufferArgument wholeVector(mlir::Value elements) {
    mlir::Value size =
        mlir::memref::DimOp::create(b.builder, b.loc, elements, int64_t(0));
    return {elements, b.constant(0), {{size, 1}}};
  }

private:
  static int64_t getBytes(mlir::Value memref) {
    return mlir::cast<mlir::MemRefType>(memref.getType())
               .getElementTypeBitWidth() /
           8;
  }
};

/// Columns [from, from + width) of rows, into columns [into, into + width).
struct MovedRows {
  mlir::Value input;
  mlir::Value addend; // or null; from its first column on
  mlir::Value out;    // of two sides, or of one without padding
  int64_t from, into, width;
};

void callRows(const MovedRows &rows, Part part, CallWriter &calls);

} // namespace emblem::halide

#endif // EMBLEM_COMPILER_BACKEND_CPU_HALIDE_PART_H

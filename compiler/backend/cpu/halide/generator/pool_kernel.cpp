//===- pool_kernel.cpp - kernel.pool, as Halide writes it -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Fields:     kind (emb::PoolKind), input_stride
// Arguments:  input [column, row], all rows of one text and no others, at least
//             one; the result [column, 1], in whole vectors
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/kernels.h"

#include <stdexcept>

using namespace Halide;

Module emblem::halide::writePool(const KernelRequest &request,
                                 const Target &target) {
  int lanes = request.count("lanes");
  const std::string &kind = request.text("kind");
  ImageParam input(Float(32), 2, "input");
  Var column("column"), text("text"), vector("vector"), lane("lane");
  Expr rows = input.dim(1).extent();
  Expr length = cast<float>(rows);

  // The algorithm: first to last row.
  Func rowsOf("rows_of"), out("out");
  RDom row(0, rows, "row");
  if (kind == "mean") {
    rowsOf(column) = 0.0f;
    rowsOf(column) += input(column, row);
    out(column, text) = rowsOf(column) / length;
  } else if (kind == "weighted_mean") { // weights 1, 2, ...
    rowsOf(column) = 0.0f;
    rowsOf(column) += cast<float>(row + 1) * input(column, row);
    out(column, text) = rowsOf(column) / (length * (length + 1.0f) * 0.5f);
  } else if (kind == "max") {
    rowsOf(column) = input(column, 0);
    Expr x = input(column, row);
    rowsOf(column) = select(x > rowsOf(column), x, rowsOf(column));
    out(column, text) = rowsOf(column);
  } else if (kind == "cls") {
    out(column, text) = input(column, 0);
  } else if (kind == "last") {
    out(column, text) = input(column, rows - 1);
  } else {
    throw std::runtime_error("no pooling is called '" + kind + "'");
  }

  // The layouts.
  fixDimension(input.dim(0), 1);
  fixDimension(input.dim(1), request.count("input_stride"));
  OutputImageParam result = out.output_buffer();
  fixDimension(result.dim(0), 1);
  result.dim(1).set_bounds(0, 1);

  // The schedule: a vector of columns at a time runs down the rows.
  out.split(column, vector, lane, lanes, TailStrategy::RoundUp).vectorize(lane);
  if (rowsOf.defined()) {
    rowsOf.compute_at(out, vector)
        .store_in(MemoryType::Register)
        .vectorize(column, lanes);
    rowsOf.update().reorder(column, row).vectorize(column, lanes);
  }
  return out.compile_to_module({input}, request.text("name"), target);
}

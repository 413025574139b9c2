//===- gather_kernel.cpp - kernel.gather, as Halide writes it -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Fields:     out_stride; where the kernel has them: table_stride,
// input_stride,
//             row, segments_stride, positions_stride
// Arguments:  ids [row], table [column, id]; input [column, row]; the row
//             [column]; types [row], segments [column, type]; sequences [row],
//             offsets [text], positions [column, position] and `first`, the
//             first row's place in the batch plus the position offset; the
//             result [column, row], whose extents say how much of it is
//             computed, in whole vectors
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/kernels.h"

using namespace Halide;

Module emblem::halide::writeGather(const KernelRequest &request,
                                   const Target &target) {
  ImageParam ids(Int(32), 1, "ids"), table(Float(32), 2, "table"),
      input(Float(32), 2, "input"), constant(Float(32), 1, "constant"),
      types(Int(32), 1, "types"), segments(Float(32), 2, "segments"),
      sequences(Int(32), 1, "sequences"), offsets(Int(32), 1, "offsets"),
      positions(Float(32), 2, "positions");
  Param<int> first("first");
  Var column("column"), row("row");
  std::vector<Argument> arguments;

  // The algorithm: a sum of those given, in this order.
  Expr value;
  auto add = [&](Expr term) { value = value.defined() ? value + term : term; };
  auto isRows = [&](ImageParam &rows, const std::string &stride) {
    fixDimension(rows.dim(0), 1);
    fixDimension(rows.dim(1), request.count(stride));
    arguments.push_back(rows);
  };
  if (request.has("table_stride")) {
    arguments.push_back(ids);
    isRows(table, "table_stride");
    add(table(column, within(table, 1, ids(row))));
  }
  if (request.has("input_stride")) {
    isRows(input, "input_stride");
    add(input(column, row));
  }
  if (request.has("row")) {
    arguments.push_back(constant);
    add(constant(column));
  }
  if (request.has("segments_stride")) {
    arguments.push_back(types);
    isRows(segments, "segments_stride");
    add(segments(column, within(segments, 1, types(row))));
  }
  if (request.has("positions_stride")) {
    arguments.insert(arguments.end(), {sequences, offsets});
    isRows(positions, "positions_stride");
    arguments.push_back(first);
    Expr begin = offsets(within(offsets, 0, sequences(row)));
    add(positions(column, within(positions, 1, row + first - begin)));
  }
  Func out("out");
  out(column, row) = value;

  // The layouts.
  for (ImageParam &elements :
       {std::ref(ids), std::ref(constant), std::ref(types), std::ref(sequences),
        std::ref(offsets)})
    fixDimension(elements.dim(0), 1);
  OutputImageParam result = out.output_buffer();
  fixDimension(result.dim(0), 1);
  fixDimension(result.dim(1), request.count("out_stride"));

  // The schedule: a row at a time, bound by memory.
  out.vectorize(column, request.count("lanes"), TailStrategy::RoundUp);
  return out.compile_to_module(arguments, request.text("name"), target);
}

//===- rows_kernel.cpp - Rows that move, as Halide writes it --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// kernel.add, kernel.output, the parts of kernel.concatenate, and what other
// kernels leave as it is.
//
// Fields:     width, input_stride, out_stride; where the kernel has it:
//             addend_stride
// Arguments:  input and addend [column, row]; the result [column, row]
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/kernels.h"

using namespace Halide;

Module emblem::halide::writeRows(const KernelRequest &request,
                                 const Target &target) {
  int width = request.count("width");
  ImageParam input(Float(32), 2, "input"), addend(Float(32), 2, "addend");
  Var column("column"), row("row");
  std::vector<Argument> arguments = {input};

  // The algorithm.
  Expr value = input(column, row);
  if (request.has("addend_stride")) {
    value += addend(column, row);
    arguments.push_back(addend);
    fixDimension(addend.dim(0), 1, width);
    fixDimension(addend.dim(1), request.count("addend_stride"));
  }
  Func out("out");
  out(column, row) = value;

  // The layouts.
  fixDimension(input.dim(0), 1, width);
  fixDimension(input.dim(1), request.count("input_stride"));
  OutputImageParam result = out.output_buffer();
  fixDimension(result.dim(0), 1, width);
  fixDimension(result.dim(1), request.count("out_stride"));

  // The schedule: whole vectors, and what is left of a row.
  out.bound(column, 0, width)
      .vectorize(column, request.count("lanes"), TailStrategy::GuardWithIf);
  return out.compile_to_module(arguments, request.text("name"), target);
}

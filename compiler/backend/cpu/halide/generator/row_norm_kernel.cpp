//===- row_norm_kernel.cpp - kernel.row_norm, as Halide writes it ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Fields:     norm (layer, rms, l2), width, epsilon, input_stride, out_stride
// Arguments:  input [column, row]; scale [column] but for l2; shift [column]
// for
//             layer; the result [column, row], whose extents say how much of it
//             is computed, in whole vectors. It may be the input.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/kernels.h"
#include "compiler/backend/cpu/halide/generator/row_fold.h"

#include <stdexcept>

using namespace Halide;

Module emblem::halide::writeRowNorm(const KernelRequest &request,
                                    const Target &target) {
  int width = request.count("width"), lanes = request.count("lanes");
  float epsilon = request.number("epsilon");
  const std::string &norm = request.text("norm");
  ImageParam input(Float(32), 2, "input"), scale(Float(32), 1, "scale"),
      shift(Float(32), 1, "shift");
  Var column("column"), row("row");
  std::vector<Argument> arguments = {input};

  // The algorithm.
  Func out("out"), inverse("inverse");
  RowFold sums{.lanes = lanes, .vectors = (width + lanes - 1) / lanes};
  // What lies in the padding counts for nothing.
  auto ofWidth = [&](Expr column, Expr value) {
    return width % lanes == 0 ? value : select(column < width, value, 0.0f);
  };
  std::vector<Func> ofRows; // what a row needs before its first result
  if (norm == "layer") {
    Func sum = sums.sum(
        "sum", [&](Expr c, Expr r) { return ofWidth(c, input(c, r)); });
    Func mean("mean");
    mean(row) = sum(row) / static_cast<float>(width);
    Func squares = sums.sum("squares", [&](Expr c, Expr r) {
      Expr centred = input(c, r) - mean(r);
      return ofWidth(c, centred * centred);
    });
    inverse(row) =
        1.0f / sqrt(squares(row) / static_cast<float>(width) + epsilon);
    out(column, row) =
        (input(column, row) - mean(row)) * inverse(row) * scale(column) +
        shift(column);
    ofRows = {sum, mean, squares, inverse};
    arguments.insert(arguments.end(), {scale, shift});
  } else {
    Func squares = sums.sum("squares", [&](Expr c, Expr r) {
      return ofWidth(c, input(c, r) * input(c, r));
    });
    ofRows = {squares, inverse};
    if (norm == "rms") {
      inverse(row) =
          1.0f / sqrt(squares(row) / static_cast<float>(width) + epsilon);
      out(column, row) = input(column, row) * inverse(row) * scale(column);
      arguments.push_back(scale);
    } else if (norm == "l2") {
      inverse(row) = max(sqrt(squares(row)), epsilon);
      out(column, row) = input(column, row) / inverse(row);
    } else {
      throw std::runtime_error("no norm is called '" + norm + "'");
    }
  }

  // The layouts.
  fixDimension(input.dim(0), 1);
  fixDimension(input.dim(1), request.count("input_stride"));
  fixDimension(scale.dim(0), 1);
  fixDimension(shift.dim(0), 1);
  OutputImageParam result = out.output_buffer();
  fixDimension(result.dim(0), 1);
  fixDimension(result.dim(1), request.count("out_stride"));

  // The schedule: the sums of a row are there before its first result, for the
  // result may lie where the input does.
  for (Func func : ofRows)
    func.compute_at(out, row).store_in(MemoryType::Register);
  out.vectorize(column, lanes, TailStrategy::RoundUp);
  return out.compile_to_module(arguments, request.text("name"), target);
}

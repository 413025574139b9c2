//===- matmul_kernel.cpp - kernel.matmul, as Halide writes it -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Fields:     inputs (K), panel_columns, tile_rows, input_stride, out_stride;
//             where the kernel has them: bias, activation, multiplier_stride,
//             residual_stride
// Arguments:  input [k, row], weight [column, k, panel], bias [column, panel],
//             multiplier and residual [column, panel, row], height, and the
//             result [column, panel, row], whose extents say how much of it is
//             computed
//
// `column` is one of a panel. The rows are a multiple of `height`, which is 1
// to tile_rows: there is code for each height.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/halide/generator/kernels.h"

using namespace Halide;

Module emblem::halide::writeMatmul(const KernelRequest &request,
                                   const Target &target) {
  int inputs = request.count("inputs");
  int panel_columns = request.count("panel_columns");
  int tile_rows = request.count("tile_rows");
  int lanes = request.count("lanes");

  ImageParam input(Float(32), 2, "input"), weight(Float(32), 3, "weight"),
      bias(Float(32), 2, "bias"), multiplier(Float(32), 3, "multiplier"),
      residual(Float(32), 3, "residual");
  Param<int> height("height");
  Var column("column"), panel("panel"), row("row");

  // The algorithm. One sum a result, over k in order: its bits are the same in
  // a tile of any height.
  Func sum("sum"), out("out");
  RDom k(0, inputs, "k");
  sum(column, panel, row) = 0.0f;
  sum(column, panel, row) += input(k, row) * weight(column, k, panel);

  std::vector<Argument> arguments = {input, weight};
  Expr value = sum(column, panel, row);
  if (request.has("bias")) {
    value += bias(column, panel);
    arguments.push_back(bias);
  }
  if (request.has("activation"))
    value = activate(value, request.text("activation"));
  auto isPart = [&](ImageParam &part, const std::string &stride) {
    fixDimension(part.dim(0), 1, panel_columns);
    fixDimension(part.dim(1), panel_columns);
    fixDimension(part.dim(2), request.count(stride));
    arguments.push_back(part);
    return part(column, panel, row);
  };
  if (request.has("multiplier_stride"))
    value *= isPart(multiplier, "multiplier_stride");
  if (request.has("residual_stride"))
    value += isPart(residual, "residual_stride");
  out(column, panel, row) = value;
  arguments.push_back(height);

  // The layouts.
  fixDimension(input.dim(0), 1, inputs);
  fixDimension(input.dim(1), request.count("input_stride"));
  fixDimension(weight.dim(0), 1, panel_columns);
  fixDimension(weight.dim(1), panel_columns, inputs);
  fixDimension(weight.dim(2), inputs * panel_columns);
  fixDimension(bias.dim(0), 1, panel_columns);
  fixDimension(bias.dim(1), panel_columns);
  OutputImageParam result = out.output_buffer();
  fixDimension(result.dim(0), 1, panel_columns);
  fixDimension(result.dim(1), panel_columns);
  fixDimension(result.dim(2), request.count("out_stride"));

  // The schedule. A panel stays in the cache while all rows pass; a tile of
  // `height` rows stays in registers down K and through the epilogue.
  Var tile("tile"), tile_row("tile_row"), vector("vector"), lane("lane");
  auto scheduleTiles = [&](Stage stage, int rows) {
    stage.split(row, tile, tile_row, rows, TailStrategy::RoundUp)
        .split(column, vector, lane, lanes, TailStrategy::RoundUp)
        .reorder(lane, vector, tile_row, tile, panel)
        .vectorize(lane)
        .unroll(vector)
        .unroll(tile_row);
  };
  for (int rows = tile_rows; rows > 1; --rows)
    scheduleTiles(out.specialize(height == rows), rows);
  scheduleTiles(out, 1);
  sum.compute_at(out, tile)
      .store_in(MemoryType::Register)
      .vectorize(column, lanes)
      .unroll(column)
      .unroll(row);
  sum.update()
      .reorder(column, row, k)
      .vectorize(column, lanes)
      .unroll(column)
      .unroll(row);

  return out.compile_to_module(arguments, request.text("name"), target);
}

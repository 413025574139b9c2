//===- matmul_kernel.cpp - kernel.matmul, as Halide writes it -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Fields:     those of panel_sums.h; out_stride; where the kernel has them:
//             activation, multiplier_stride, residual_stride
// Arguments:  those of panel_sums.h; multiplier and residual [column, panel,
//             row], height, and the result [column, panel, row], whose extents
//             say how much of it is computed
//
// The rows are a multiple of `height`, which is 1 to tile_rows: there is code
// for each height.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/panel_sums.h"

using namespace Halide;

Module emblem::halide::writeMatmul(const KernelRequest &request,
                                   const Target &target) {
  PanelSums sums(request);
  int panel_columns = sums.panel_columns;
  std::vector<Argument> arguments = sums.arguments();
  ImageParam multiplier(Float(32), 3, "multiplier"),
      residual(Float(32), 3, "residual");
  Param<int> height("height");
  Var column("column"), panel("panel"), row("row");

  // The algorithm.
  Func sum = sums.define("sum"), out("out");
  Expr value = sums.finish(sum, column, panel, row);
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
  OutputImageParam result = out.output_buffer();
  fixDimension(result.dim(0), 1, panel_columns);
  fixDimension(result.dim(1), panel_columns);
  fixDimension(result.dim(2), request.count("out_stride"));

  // The schedule. A panel stays in the cache while all rows pass; a tile of
  // `height` rows stays in registers down K and through the epilogue.
  Var tile("tile"), tile_row("tile_row"), vector("vector"), lane("lane");
  auto scheduleTiles = [&](Stage stage, int rows) {
    stage.split(row, tile, tile_row, rows, TailStrategy::RoundUp)
        .split(column, vector, lane, sums.lanes, TailStrategy::RoundUp)
        .reorder(lane, vector, tile_row, tile, panel)
        .vectorize(lane)
        .unroll(vector)
        .unroll(tile_row);
  };
  for (int rows = sums.tile_rows; rows > 1; --rows)
    scheduleTiles(out.specialize(height == rows), rows);
  scheduleTiles(out, 1);
  sums.keepInRegisters(sum, LoopLevel(out, tile));

  return out.compile_to_module(arguments, request.text("name"), target);
}

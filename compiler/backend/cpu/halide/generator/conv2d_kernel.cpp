//===- conv2d_kernel.cpp - kernel.conv2d, as Halide writes it -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Fields:     columns, of each panel: whole vectors, or less than one;
//             panel_columns, outputs; channels, line (floats of a line of an
//             image), window_lines, window_pixels, stride_lines, stride_pixels,
//             result_pixels (of a line); tile_pixels; input_stride, out_stride;
//             where the kernel has them: bias, activation
// Arguments:  input [float of a line, line, image], its first line the first of
//             the first window; weight [column, k, panel]; bias [column,
//             panel]; the result [column, panel, pixel, line, image], whose
//             extents say how much of it is computed
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/kernels.h"

#include <algorithm>

using namespace Halide;

Module emblem::halide::writeConv2d(const KernelRequest &request,
                                   const Target &target) {
  int columns = request.count("columns"), outputs = request.count("outputs");
  int panel_columns = request.count("panel_columns");
  int channels = request.count("channels"), line_size = request.count("line");
  int lines = request.count("window_lines");
  int run = request.count("window_pixels") * channels;
  int step = request.count("stride_pixels") * channels;
  int pixels = request.count("result_pixels");
  int lanes = std::min(request.count("lanes"), columns);

  ImageParam input(Float(32), 3, "input"), weight(Float(32), 3, "weight"),
      bias(Float(32), 2, "bias");
  Var column("column"), panel("panel"), x("x"), y("y"), image("image");
  std::vector<Argument> arguments = {input, weight};

  // The algorithm. A line of a window is a run of floats in the image. One sum
  // a result, over the window in order.
  Func sum("sum"), out("out");
  RDom k(0, run, 0, lines, "k");
  sum(column, panel, x, y, image) = 0.0f;
  sum(column, panel, x, y, image) +=
      input(x * step + k.x, y * request.count("stride_lines") + k.y, image) *
      weight(column, k.y * run + k.x, panel);
  Expr value = sum(column, panel, x, y, image);
  if (request.has("bias")) {
    value += bias(column, panel);
    arguments.push_back(bias);
  }
  if (request.has("activation"))
    value = activate(value, request.text("activation"));
  out(column, panel, x, y, image) = value;

  // The layouts.
  fixDimension(input.dim(0), 1, line_size);
  fixDimension(input.dim(1), line_size);
  fixDimension(input.dim(2), request.count("input_stride"));
  fixDimension(weight.dim(0), 1, columns);
  fixDimension(weight.dim(1), panel_columns, run * lines);
  fixDimension(weight.dim(2), run * lines * panel_columns);
  fixDimension(bias.dim(0), 1, columns);
  fixDimension(bias.dim(1), panel_columns);
  OutputImageParam result = out.output_buffer();
  fixDimension(result.dim(0), 1, columns);
  fixDimension(result.dim(1), panel_columns);
  fixDimension(result.dim(2), outputs, pixels);
  fixDimension(result.dim(3), outputs * pixels);
  fixDimension(result.dim(4), request.count("out_stride"));

  // The schedule: a tile of pixels of a line by a panel's columns stays in
  // registers down the window.
  Var tile("tile"), tile_x("tile_x"), vector("vector"), lane("lane");
  int tile_pixels = request.count("tile_pixels");
  out.bound(column, 0, columns)
      .bound(x, 0, pixels)
      .split(x, tile, tile_x, tile_pixels, TailStrategy::ShiftInwards)
      .split(column, vector, lane, lanes)
      .reorder(lane, vector, tile_x, tile, panel, y, image)
      .vectorize(lane)
      .unroll(vector)
      .unroll(tile_x);
  sum.compute_at(out, tile)
      .store_in(MemoryType::Register)
      .reorder(column, x)
      .vectorize(column, lanes)
      .unroll(column)
      .unroll(x);
  sum.update()
      .reorder(column, x, k.x, k.y)
      .vectorize(column, lanes)
      .unroll(column)
      .unroll(x);
  return out.compile_to_module(arguments, request.text("name"), target);
}

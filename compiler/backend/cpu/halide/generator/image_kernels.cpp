//===- image_kernels.cpp - Pooling, padding and patches by Halide ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What moves pixels; bound by memory. Fields of all three: lines and pixels of
// an image, channels, input_stride, out_stride. Arguments are images, of which
// all are there, and the result, whose extents say how much of it is computed.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/kernels.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

using namespace Halide;
using emblem::halide::KernelRequest;

// Windows of so few pixels are code of their own.
static constexpr int kUnrolledPixels = 16;

namespace {

/// What the kernels of this file have in common.
struct Images {
  explicit Images(const KernelRequest &request)
      : request(request), lines(request.count("lines")),
        pixels(request.count("pixels")), channels(request.count("channels")),
        line_size(pixels * channels) {}

  /// [float of a line, line, image].
  ImageParam ofLines() const {
    ImageParam input(Float(32), 3, "input");
    emblem::halide::fixDimension(input.dim(0), 1, line_size);
    emblem::halide::fixDimension(input.dim(1), line_size, lines);
    emblem::halide::fixDimension(input.dim(2), request.count("input_stride"));
    return input;
  }
  /// Vectors along `along`, of which there are `count`.
  void vectorize(Func out, Var along, int count) const {
    out.vectorize(along, std::min(request.count("lanes"), count),
                  TailStrategy::GuardWithIf);
  }

  const KernelRequest &request;
  int lines, pixels, channels, line_size;
};

} // namespace

// kernel.pool2d
// Fields:     kind (max, average), window_lines, window_pixels, stride_lines,
//             stride_pixels, padding_lines, padding_pixels, result_pixels
// Arguments:  input [channel, pixel, line, image], the result's first line, the
//             result [channel, pixel, line, image]
Module emblem::halide::writePool2d(const KernelRequest &request,
                                   const Target &target) {
  Images images(request);
  bool isMax = request.text("kind") == "max";
  if (!isMax && request.text("kind") != "average")
    throw std::runtime_error("no pooling of images is called '" +
                             request.text("kind") + "'");
  int result_pixels = request.count("result_pixels");
  int window_lines = request.count("window_lines");
  int window_pixels = request.count("window_pixels");
  ImageParam input(Float(32), 4, "input");
  Param<int> first_line("first_line");
  Var channel("channel"), x("x"), y("y"), image("image");

  // The algorithm: a window's pixels in order; outside there is what counts for
  // nothing.
  float nothing = isMax ? -std::numeric_limits<float>::infinity() : 0.0f;
  bool isPadded = request.wholeNumber("padding_lines") +
                      request.wholeNumber("padding_pixels") >
                  0;
  Func around = BoundaryConditions::constant_exterior(
      input, nothing,
      {{Expr(), Expr()}, {0, images.pixels}, {0, images.lines}, {}});
  RDom window(0, window_pixels, 0, window_lines, "window");
  Expr at_x = x * request.count("stride_pixels") + window.x -
              request.wholeNumber("padding_pixels");
  Expr at_y = (y + first_line) * request.count("stride_lines") + window.y -
              request.wholeNumber("padding_lines");
  Expr pixel = isPadded ? around(channel, at_x, at_y, image)
                        : Expr(input(channel, at_x, at_y, image));
  Func all("all"), out("out");
  all(channel, x, y, image) = nothing;
  Expr before = all(channel, x, y, image);
  all(channel, x, y, image) =
      isMax ? select(pixel > before, pixel, before) : before + pixel;
  Expr value = all(channel, x, y, image);
  if (!isMax)
    value /= static_cast<float>(window_lines * window_pixels);
  out(channel, x, y, image) = value;

  // The layouts.
  OutputImageParam result = out.output_buffer();
  fixDimension(input.dim(0), 1, images.channels);
  fixDimension(input.dim(1), images.channels, images.pixels);
  fixDimension(input.dim(2), images.line_size, images.lines);
  fixDimension(input.dim(3), request.count("input_stride"));
  fixDimension(result.dim(0), 1, images.channels);
  fixDimension(result.dim(1), images.channels, result_pixels);
  fixDimension(result.dim(2), images.channels * result_pixels);
  fixDimension(result.dim(3), request.count("out_stride"));

  // The schedule: a vector of channels at a time.
  Var vector("vector"), lane("lane");
  int lanes = std::min(request.count("lanes"), images.channels);
  out.bound(channel, 0, images.channels)
      .bound(x, 0, result_pixels)
      .split(channel, vector, lane, lanes, TailStrategy::GuardWithIf)
      .vectorize(lane);
  all.compute_at(out, vector)
      .store_in(MemoryType::Register)
      .bound_extent(channel, lanes)
      .vectorize(channel, lanes);
  all.update().reorder(channel, window.x, window.y).vectorize(channel, lanes);
  if (window_lines * window_pixels <= kUnrolledPixels)
    all.update().unroll(window.x).unroll(window.y);
  return out.compile_to_module({input, first_line}, request.text("name"),
                               target);
}

// kernel.pad2d
// Fields:     padding_lines, padding_pixels
// Arguments:  input and result [float of a line, line, image]
Module emblem::halide::writePad2d(const KernelRequest &request,
                                  const Target &target) {
  Images images(request);
  int before = request.wholeNumber("padding_pixels") * images.channels;
  int above = request.wholeNumber("padding_lines");
  int padded_line = images.line_size + 2 * before;
  ImageParam input = images.ofLines();
  Var at("at"), line("line"), image("image");

  // The algorithm.
  Func around = BoundaryConditions::constant_exterior(
      input, 0.0f, {{0, images.line_size}, {0, images.lines}, {}});
  Func out("out");
  out(at, line, image) = around(at - before, line - above, image);

  // The layouts.
  OutputImageParam result = out.output_buffer();
  fixDimension(result.dim(0), 1, padded_line);
  fixDimension(result.dim(1), padded_line, images.lines + 2 * above);
  fixDimension(result.dim(2), request.count("out_stride"));

  // The schedule.
  images.vectorize(out.bound(at, 0, padded_line), at, padded_line);
  return out.compile_to_module({input}, request.text("name"), target);
}

// kernel.patches
// Fields:     patch_lines, patch_pixels, prefix (rows of zeros)
// Arguments:  input [float of a line, line, image]; the first row's number; the
//             result [float of a patch's line, line, row]
Module emblem::halide::writePatches(const KernelRequest &request,
                                    const Target &target) {
  Images images(request);
  int patch_lines = request.count("patch_lines");
  int patch_pixels = request.count("patch_pixels");
  int prefix = request.wholeNumber("prefix");
  int run = patch_pixels * images.channels;
  int across = images.pixels / patch_pixels;
  int rows = prefix + across * (images.lines / patch_lines); // of an image
  ImageParam input = images.ofLines();
  Param<int> first("first");
  Var at("at"), line("line"), row("row");

  // The algorithm.
  Expr image = (first + row) / rows, place = (first + row) % rows;
  Expr number = max(place - prefix, 0);
  Expr pixel = input(number % across * run + at,
                     number / across * patch_lines + line, image);
  Func out("out");
  out(at, line, row) =
      prefix == 0 ? pixel : select(place < prefix, 0.0f, pixel);

  // The layouts.
  OutputImageParam result = out.output_buffer();
  fixDimension(result.dim(0), 1, run);
  fixDimension(result.dim(1), run, patch_lines);
  fixDimension(result.dim(2), request.count("out_stride"));

  // The schedule.
  images.vectorize(out.bound(at, 0, run), at, run);
  return out.compile_to_module({input, first}, request.text("name"), target);
}

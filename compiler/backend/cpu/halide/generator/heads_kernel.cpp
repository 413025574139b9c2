//===- heads_kernel.cpp - kernel.prepare_heads, as Halide writes it -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// One head of every row.
//
// Fields:     head_size, input_stride, out_stride; where the kernel has them:
//             epsilon, for a norm; rotary with table_stride, and interleaved
// Arguments:  input [feature, row]; norm [feature]; sequences [row], offsets
//             [text], table [column, position] and `first`, the first row's
//             place in the batch; the result [feature, row]
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/kernels.h"
#include "compiler/backend/cpu/halide/generator/row_fold.h"

#include <numeric>

using namespace Halide;

// Vectors of a head that are code of their own: which pair a feature is of is
// then known.
static constexpr int kMostVectors = 32;

namespace {

/// The cosine and the sine of each pair at a row's position.
struct Rotation {
  int rotary;
  ImageParam sequences{Int(32), 1, "sequences"}, offsets{Int(32), 1, "offsets"},
      table{Float(32), 2, "table"};
  Param<int> first{"first"};

  Expr entry(Expr column, Expr row) {
    using emblem::halide::within;
    Expr begin = offsets(within(offsets, 0, sequences(row)));
    return table(column, within(table, 1, row + first - begin));
  }
  Expr cosine(Expr pair, Expr row) { return entry(pair, row); }
  Expr sine(Expr pair, Expr row) { return entry(rotary / 2 + pair, row); }

  /// Feature of a row of x, in pairs of halves: (a, b) -> (a c - b s, b c + a
  /// s).
  Expr ofHalves(Func x, Expr feature, Expr row, int head_size) {
    int half = rotary / 2;
    Expr upper = min(feature + half, head_size - 1);
    Expr lower = max(feature - half, 0);
    Expr pair = clamp(feature, 0, half - 1);
    Expr pairOfUpper = clamp(feature - half, 0, half - 1);
    return select(feature < half,
                  x(feature, row) * cosine(pair, row) -
                      x(upper, row) * sine(pair, row),
                  feature < rotary,
                  x(feature, row) * cosine(pairOfUpper, row) +
                      x(lower, row) * sine(pairOfUpper, row),
                  x(feature, row));
  }
  /// The same, in pairs of neighbours.
  Expr ofNeighbours(Func x, Expr feature, Expr row, int head_size) {
    Expr isUpper = feature % 2 == 1;
    Expr other =
        clamp(select(isUpper, feature - 1, feature + 1), 0, head_size - 1);
    Expr pair = clamp(feature / 2, 0, rotary / 2 - 1);
    Expr sines = x(other, row) * sine(pair, row);
    Expr cosines = x(feature, row) * cosine(pair, row);
    return select(feature >= rotary, x(feature, row), isUpper, cosines + sines,
                  cosines - sines);
  }
};

} // namespace

Module emblem::halide::writeHeads(const KernelRequest &request,
                                  const Target &target) {
  int head_size = request.count("head_size");
  int rotary = request.has("rotary") ? request.count("rotary") : 0;
  bool interleaved = request.has("interleaved");
  // A vector ends where a head does, and where its halves do.
  int lanes = std::gcd(request.count("lanes"), head_size);
  int width = interleaved ? lanes : std::gcd(lanes, rotary / 2);
  ImageParam input(Float(32), 2, "input"), norm(Float(32), 1, "norm");
  Var feature("feature"), row("row");
  std::vector<Argument> arguments = {input};

  // The algorithm.
  Func normed("normed"), inverse("inverse"), squares, out("out");
  Expr value = input(feature, row);
  if (request.has("epsilon")) {
    RowFold sums{.lanes = lanes, .vectors = head_size / lanes};
    squares = sums.sum(
        "squares", [&](Expr f, Expr r) { return input(f, r) * input(f, r); });
    inverse(row) = 1.0f / sqrt(squares(row) / static_cast<float>(head_size) +
                               request.number("epsilon"));
    value = value * inverse(row) * norm(feature);
    arguments.push_back(norm);
  }
  normed(feature, row) = value;
  Rotation rotation{rotary};
  if (rotary == 0)
    out(feature, row) = normed(feature, row);
  else
    out(feature, row) =
        interleaved ? rotation.ofNeighbours(normed, feature, row, head_size)
                    : rotation.ofHalves(normed, feature, row, head_size);
  if (rotary != 0) {
    arguments.insert(arguments.end(), {rotation.sequences, rotation.offsets,
                                       rotation.table, rotation.first});
    fixDimension(rotation.table.dim(0), 1);
    fixDimension(rotation.table.dim(1), request.count("table_stride"));
  }

  // The layouts.
  for (ImageParam &elements : {std::ref(norm), std::ref(rotation.sequences),
                               std::ref(rotation.offsets)})
    fixDimension(elements.dim(0), 1);
  fixDimension(input.dim(0), 1, head_size);
  fixDimension(input.dim(1), request.count("input_stride"));
  OutputImageParam result = out.output_buffer();
  fixDimension(result.dim(0), 1, head_size);
  fixDimension(result.dim(1), request.count("out_stride"));

  // The schedule: a row at a time.
  if (request.has("epsilon"))
    for (Func func : {squares, inverse})
      func.compute_at(out, row).store_in(MemoryType::Register);
  out.bound(feature, 0, head_size).vectorize(feature, width);
  if (head_size / width <= kMostVectors)
    out.unroll(feature);
  return out.compile_to_module(arguments, request.text("name"), target);
}

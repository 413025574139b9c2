//===- pooled_matmul_kernel.cpp - A matmul's rows, pooled, by Halide ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// kernel.matmul with `pool`, of one text.
//
// Fields:     those of panel_sums.h; pool (max or sum), out_stride; where the
//             kernel has it: activation
// Arguments:  those of panel_sums.h, the rows all of the text's; height,
//             high_tiles; the result [column, panel, 1]
//
// The rows are in high_tiles tiles of height + 1 rows, then in tiles of
// `height`, as few tiles as can be: there is code for each height, which is 1
// to tile_rows.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/panel_sums.h"

#include <limits>
#include <stdexcept>

using namespace Halide;
using emblem::halide::KernelRequest;
using emblem::halide::PanelSums;

namespace {

struct PooledMatmul {
  explicit PooledMatmul(const KernelRequest &request)
      : sums(request), total(request.text("pool") == "sum") {
    if (!total && request.text("pool") != "max")
      throw std::runtime_error("a matmul's rows are pooled by max or sum, not "
                               "by '" +
                               request.text("pool") + "'");
    if (request.has("activation"))
      activation = request.text("activation");
  }

  /// [column, panel]: the pooled rows, where tiles are `height` high. They stay
  /// in registers at `place`.
  Func pool(int height, LoopLevel place);
  /// What follows the pooling.
  Expr finish(Expr pooled) const { return total ? pooled : activate(pooled); }

  PanelSums sums;
  bool total; // or the maximum
  std::string activation = "identity";
  Param<int> high_tiles{"high_tiles"};
  Var column{"column"}, panel{"panel"};

private:
  Expr activate(Expr x) const {
    return emblem::halide::activate(x, activation);
  }
  void join(Func pooled, int height, Expr first, Expr tiles);
};

} // namespace

/// Takes `tiles` tiles of rows from `first` on, token by token.
void PooledMatmul::join(Func pooled, int height, Expr first, Expr tiles) {
  std::string rows = std::to_string(height);
  Func sum = sums.define("sum_" + pooled.name() + "_" + rows);
  RDom token(0, height, 0, tiles, "token_" + rows);
  Expr x = sums.finish(sum, column, panel, first + token.y * height + token.x);
  Expr before = pooled(column, panel);
  pooled(column, panel) =
      total ? before + activate(x) : select(x > before, x, before);

  pooled.update(pooled.num_update_definitions() - 1)
      .reorder(column, token.x, token.y)
      .vectorize(column, sums.lanes)
      .unroll(column)
      .unroll(token.x);
  sums.keepInRegisters(sum, LoopLevel(pooled, token.y));
}

Func PooledMatmul::pool(int height, LoopLevel place) {
  Func pooled("pooled_" + std::to_string(height));
  pooled(column, panel) =
      total ? 0.0f : -std::numeric_limits<float>::infinity();
  pooled.compute_at(place)
      .store_in(MemoryType::Register)
      .vectorize(column, sums.lanes)
      .unroll(column);
  // Two heights come with two tiles at least, so the lower is no less than half
  // of the highest.
  if (height < sums.tile_rows && 2 * height >= sums.tile_rows)
    join(pooled, height + 1, 0, high_tiles);
  Expr high_rows = high_tiles * (height + 1);
  join(pooled, height, high_rows, (sums.rows() - high_rows) / height);
  return pooled;
}

Module emblem::halide::writePooledMatmul(const KernelRequest &request,
                                         const Target &target) {
  PooledMatmul matmul(request);
  const PanelSums &sums = matmul.sums;
  Param<int> height("height");
  Var column("column"), panel("panel"), text("text"), vector("vector"),
      lane("lane");

  // The algorithm: of the poolings for each height, the one that is asked for.
  Func out("out");
  Expr pooled;
  for (int rows = 1; rows <= sums.tile_rows; ++rows) {
    Expr of_rows = matmul.pool(rows, LoopLevel(out, panel))(column, panel);
    pooled =
        pooled.defined() ? select(height == rows, of_rows, pooled) : of_rows;
  }
  out(column, panel, text) = matmul.finish(pooled);

  // The layouts.
  OutputImageParam result = out.output_buffer();
  fixDimension(result.dim(0), 1, sums.panel_columns);
  fixDimension(result.dim(1), sums.panel_columns);
  fixDimension(result.dim(2), request.count("out_stride"), 1);

  // The schedule. Where the height is known, no other pooling is left.
  out.split(column, vector, lane, sums.lanes, TailStrategy::RoundUp)
      .reorder(lane, vector, panel, text)
      .vectorize(lane)
      .unroll(vector);
  for (int rows = sums.tile_rows; rows > 1; --rows)
    out.specialize(height == rows);

  std::vector<Argument> arguments = sums.arguments();
  arguments.insert(arguments.end(), {height, matmul.high_tiles});
  return out.compile_to_module(arguments, request.text("name"), target);
}

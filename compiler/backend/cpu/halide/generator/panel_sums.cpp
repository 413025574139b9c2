//===- panel_sums.cpp - Rows times packed panels --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/panel_sums.h"

using namespace Halide;
using namespace emblem::halide;

PanelSums::PanelSums(const KernelRequest &request)
    : inputs(request.count("inputs")),
      panel_columns(request.count("panel_columns")),
      tile_rows(request.count("tile_rows")), lanes(request.count("lanes")),
      input(Float(32), 2, "input"), weight(Float(32), 3, "weight"),
      bias(Float(32), 2, "bias"), has_bias(request.has("bias")),
      k(0, inputs, "k") {
  fixDimension(input.dim(0), 1, inputs);
  fixDimension(input.dim(1), request.count("input_stride"));
  fixDimension(weight.dim(0), 1, panel_columns);
  fixDimension(weight.dim(1), panel_columns, inputs);
  fixDimension(weight.dim(2), inputs * panel_columns);
  fixDimension(bias.dim(0), 1, panel_columns);
  fixDimension(bias.dim(1), panel_columns);
}

std::vector<Argument> PanelSums::arguments() const {
  std::vector<Argument> all = {input, weight};
  if (has_bias)
    all.push_back(bias);
  return all;
}

Func PanelSums::define(const std::string &name) {
  Func sum(name);
  sum(column, panel, row) = 0.0f;
  sum(column, panel, row) += input(k, row) * weight(column, k, panel);
  return sum;
}

Expr PanelSums::finish(Func sum, Expr column, Expr panel, Expr row) const {
  Expr value = sum(column, panel, row);
  return has_bias ? value + bias(column, panel) : value;
}

void PanelSums::keepInRegisters(Func sum, LoopLevel tile) const {
  sum.compute_at(tile)
      .store_in(MemoryType::Register)
      .vectorize(column, lanes)
      .unroll(column)
      .unroll(row);
  sum.update()
      .reorder(column, row, k)
      .vectorize(column, lanes)
      .unroll(column)
      .unroll(row);
}

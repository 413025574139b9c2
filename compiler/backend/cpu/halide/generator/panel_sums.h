//===- panel_sums.h - Rows times packed panels ------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What every matmul begins with.
//
// Fields:     inputs (K), panel_columns, tile_rows, input_stride; where the
//             kernel has it: bias
// Arguments:  input [k, row], weight [column, k, panel], bias [column, panel]
//
// `column` is one of a panel.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_HALIDE_GENERATOR_PANEL_SUMS_H
#define EMBLEM_COMPILER_BACKEND_CPU_HALIDE_GENERATOR_PANEL_SUMS_H

#include "compiler/backend/cpu/halide/generator/kernels.h"

namespace emblem::halide {

class PanelSums {
public:
  explicit PanelSums(const KernelRequest &request);

  std::vector<Halide::Argument> arguments() const;
  /// How many rows there are.
  Halide::Expr rows() const { return input.dim(1).extent(); }
  /// [column, panel, row]: one sum a result, over k in order, so its bits are
  /// the same in a tile of any height.
  Halide::Func define(const std::string &name);
  /// The sum there, with the bias where there is one.
  Halide::Expr finish(Halide::Func sum, Halide::Expr column, Halide::Expr panel,
                      Halide::Expr row) const;
  /// The schedule of a sum: a tile, all that `tile` needs of it, stays in
  /// registers down K.
  void keepInRegisters(Halide::Func sum, Halide::LoopLevel tile) const;

  const int inputs, panel_columns, tile_rows, lanes;

private:
  Halide::ImageParam input, weight, bias;
  bool has_bias;
  Halide::Var column{"column"}, panel{"panel"}, row{"row"};
  Halide::RDom k;
};

} // namespace emblem::halide

#endif // EMBLEM_COMPILER_BACKEND_CPU_HALIDE_GENERATOR_PANEL_SUMS_H

//===- computed_weights.h - Weights that no file holds ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Sines, angles, distances and what is made of weights alone: what
// kernel.weight's layouts `sinusoid`, `rotary`, `alibi`, `position_bias`,
// `position_rows`, `projection`, `patch_positions` and `probe_query` compute.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_PACKAGE_COMPUTED_WEIGHTS_H
#define EMBLEM_COMPILER_PACKAGE_COMPUTED_WEIGHTS_H

#include "dialects/kernel/kernel_dialect.h"

#include <vector>

namespace emblem::package {

/// Rows of `width` values, one after the other.
struct ComputedWeight {
  int64_t width;
  std::vector<float> values;
};

/// Whether weights of this layout are computed.
bool isComputed(kernel::Layout layout);

/// A weight of `height` rows: positions, heads where it is by distance,
/// features of a projection, or tokens. `sources` are the kernel.weight's, and
/// `values` as many: the values of those that are weights, none of the others.
ComputedWeight computeWeight(kernel::Layout layout, mlir::ArrayAttr sources,
                             int64_t height,
                             llvm::ArrayRef<std::vector<float>> values);

} // namespace emblem::package

#endif // EMBLEM_COMPILER_PACKAGE_COMPUTED_WEIGHTS_H

//===- computed_weights.h - Weights that no file holds ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Sines, angles and distances: what kernel.weight's layouts `sinusoid`,
// `rotary`, `alibi` and `position_bias` compute.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_CODEGEN_COMPUTED_WEIGHTS_H
#define EMBLEM_COMPILER_CODEGEN_COMPUTED_WEIGHTS_H

#include "dialects/kernel/kernel_dialect.h"

#include <vector>

namespace emblem::codegen {

/// Rows of `width` values, one after the other.
struct ComputedWeight {
  int64_t width;
  std::vector<float> values;
};

/// Whether weights of this layout are computed.
bool isComputed(kernel::Layout layout);

/// A weight of `height` rows: positions, or heads where it is by distance.
/// `sources` are the kernel.weight's, and `table` the values of the first of
/// them where that names a weight: [buckets, heads].
ComputedWeight computeWeight(kernel::Layout layout, mlir::ArrayAttr sources,
                             int64_t height, llvm::ArrayRef<float> table);

} // namespace emblem::codegen

#endif // EMBLEM_COMPILER_CODEGEN_COMPUTED_WEIGHTS_H

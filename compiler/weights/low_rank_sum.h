//===- low_rank_sum.h - A weight and what an adapter adds to it -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// LoRA (Hu et al., 2021): a weight W, and for each task two narrow matrices
// whose product is added to it.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_WEIGHTS_LOW_RANK_SUM_H
#define EMBLEM_COMPILER_WEIGHTS_LOW_RANK_SUM_H

#include "llvm/ADT/ArrayRef.h"

namespace emblem::frontend {

/// Adds scale * up * down to `values`, in double precision: up is
/// [rows of the values, rank], and down [rank, width].
void addProduct(llvm::MutableArrayRef<float> values, int64_t width,
                double scale, llvm::ArrayRef<float> up,
                llvm::ArrayRef<float> down, int64_t rank);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_WEIGHTS_LOW_RANK_SUM_H

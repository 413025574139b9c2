//===- low_rank_sum.h - A weight and what an adapter adds to it -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// LoRA (Hu et al., 2021): a weight W, and for each task two narrow matrices
// whose product is added to it. As a name it is "(W + 0.25 * up @ down)", where
// `up` and `down` may be "name[first:last]", one of a stack.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_WEIGHTS_LOW_RANK_SUM_H
#define EMBLEM_COMPILER_WEIGHTS_LOW_RANK_SUM_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace emblem::frontend {

/// base + scale * up * down, with up [height, rank] and down [rank, width].
struct LowRankSum {
  llvm::StringRef base, up, down; // names
  double scale = 1.0;

  /// Of its name, or none.
  static std::optional<LowRankSum> parse(llvm::StringRef name);
  std::string name() const;

  /// Adds rows [first, first + values.size() / width) of the product to those
  /// of the base, in double precision.
  void addTo(llvm::MutableArrayRef<float> values, int64_t width, int64_t first,
             llvm::ArrayRef<float> up, llvm::ArrayRef<float> down,
             int64_t rank) const;
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_WEIGHTS_LOW_RANK_SUM_H

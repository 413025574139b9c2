//===- model2vec_table.h - model2vec's quantised tables ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// model2vec's "embeddings" may be in int8 or float64, and may be of fewer rows
// than there are tokens: then "mapping" has a token's row, and "weights" what
// that is multiplied by. The integers are the numbers themselves: there is no
// scale, for only directions count.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_WEIGHTS_MODEL2VEC_TABLE_H
#define EMBLEM_COMPILER_WEIGHTS_MODEL2VEC_TABLE_H

#include "compiler/files/safetensors.h"

#include <optional>

namespace emblem::frontend {

inline constexpr llvm::StringLiteral model2VecTable = "embeddings";

/// A row a token, in float32.
struct FoldedTable {
  llvm::SmallVector<int64_t, 4> shape; // [tokens, features]
  std::vector<float> values;
};

/// The table of the file's tensors; none where they are no such table, or one
/// that needs no folding. The error names a tensor that does not fit.
llvm::Expected<std::optional<FoldedTable>>
foldModel2VecTable(const Safetensors &file);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_WEIGHTS_MODEL2VEC_TABLE_H

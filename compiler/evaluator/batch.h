//===- batch.h - Texts as token ids, back to back ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EVALUATOR_BATCH_H
#define EMBLEM_COMPILER_EVALUATOR_BATCH_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace emblem::evaluator {

/// Text s has the ids ids[offsets[s]] up to ids[offsets[s + 1]].
struct Batch {
  std::vector<int32_t> ids;     // [tokens]
  std::vector<int32_t> types;   // [tokens]; empty: all are 0
  std::vector<int32_t> offsets; // [texts + 1]
};

/// Reads "1 2 3, 4 5": spaces between ids, commas between texts. In "1 2 | 3,
/// 4" what comes after the bar is of token type 1. The error says what is not
/// an id, or which text has none.
llvm::Expected<Batch> parseBatch(llvm::StringRef text);

/// The batch without the ids `padding` at the ends of its texts; each keeps one
/// id at least.
Batch withoutTrailing(const Batch &batch, int32_t padding);

} // namespace emblem::evaluator

#endif // EMBLEM_COMPILER_EVALUATOR_BATCH_H

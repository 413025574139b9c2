//===- nearest_texts.h - The nearest of many vectors, exactly ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_NEAREST_TEXTS_H
#define EMBLEM_RUNTIME_COMMAND_NEAREST_TEXTS_H

#include "emblem/emblem.h"

#include <cstdint>
#include <span>

namespace emblem::command {

struct Hit {
  int64_t index;
  float score; // the dot product, or with a minus the sum of differences or of
               // their squares
};

/// Whether `a` comes first: the greater score, and of equal ones the lower
/// index.
inline bool nearer(const Hit &a, const Hit &b) {
  return a.score != b.score ? a.score > b.score : a.index < b.index;
}

/// What `queries` vectors are to `count` others, all of `dimension` components:
/// their dot products, or the distances that `distance` (EmblemSimilarity) names.
/// Calls `use` for each query in turn with its `top`
/// nearest, the best first, or fewer where there are fewer. Rows are read once
/// for several queries, by the model's threads; a score is the same in any
/// company.
void nearestTexts(EmblemModel &model, const float *queries, int64_t queryCount,
                  const float *rows, int64_t count, int64_t dimension,
                  int32_t distance, int64_t top,
                  void (*use)(void *context, std::span<const Hit> hits),
                  void *context);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_NEAREST_TEXTS_H

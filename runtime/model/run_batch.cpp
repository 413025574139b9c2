//===- run_batch.cpp - One batch through the stages -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/model.h"

#include <algorithm>

using namespace emblem::runtime;

static EmblemSpan spanOf(const void *data, int64_t size) {
  void *start = const_cast<void *>(data);
  return {start, start, 0, size, 1};
}

void emblem::runtime::runBatch(EmblemModel &model, const int32_t *ids,
                               int64_t sequenceCount, float *vectors,
                               int64_t *stageNanoseconds) {
  const EmblemModelTable &table = *model.table;
  const int64_t tokens = model.offsets[sequenceCount];
  double pairs = 0;
  for (int64_t s = 0; s < sequenceCount; ++s) {
    const int32_t begin = model.offsets[s], end = model.offsets[s + 1];
    std::fill(model.sequences + begin, model.sequences + end, int32_t(s));
    pairs += double(end - begin) * double(end - begin);
  }
  Batch batch = {.shape = {tokens, sequenceCount, pairs},
                 .arena = spanOf(model.arena.data(), model.arenaBytes),
                 .weights = spanOf(table.weights, table.weights_bytes),
                 .ids = spanOf(ids, tokens),
                 .sequences = spanOf(model.sequences, tokens),
                 .offsets = spanOf(model.offsets, sequenceCount + 1),
                 .vectors = spanOf(vectors, sequenceCount * table.dimension)};
  model.scheduler.run(batch, stageNanoseconds);
}

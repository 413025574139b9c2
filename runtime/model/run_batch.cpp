//===- run_batch.cpp - One batch through the stages -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/model.h"
#include "runtime/model/table_data.h"

#include <algorithm>

using namespace emblem::runtime;

/// Numbers each row with its text; returns the sum of squared lengths.
static double numberRows(const int32_t *offsets, int64_t sequenceCount,
                         int32_t *sequences) {
  double pairs = 0;
  for (int64_t s = 0; s < sequenceCount; ++s) {
    std::fill(sequences + offsets[s], sequences + offsets[s + 1], int32_t(s));
    const double length = double(offsets[s + 1] - offsets[s]);
    pairs += length * length;
  }
  return pairs;
}

EmblemStatus emblem::runtime::runBatch(EmblemModel &model,
                                       const BatchInput &input,
                                       int64_t sequenceCount,
                                       const OutputRows &outputs,
                                       int64_t *stageNanoseconds) {
  StageFailure failure;
  const EmblemModelTable &table = *model.table;
  const int64_t tokens = model.offsets[sequenceCount];
  Batch batch = {
      .shape = {tokens, sequenceCount, 0},
      .arena = spanOf(model.arena.data(), model.arenaBytes),
      .weights = spanOf(weightsOf(table), table.weights_bytes),
      .ids = spanOf(input.ids, tokens),
      .sequences = spanOf(model.sequences, tokens),
      .offsets = spanOf(model.offsets, sequenceCount + 1),
      .types = spanOf(input.types, table.token_types ? tokens : 0),
      .pixels = spanOf(input.pixels, sequenceCount * pixelsPerImage(table)),
      .outputs = {},
      .failure = &failure};
  setOutputs(table, outputs, batch);
  const GroupLimits limits = {.threads = model.threads,
                              .usual = table.row_block,
                              .most = model.partTokens};
  const int64_t groups =
      splitIntoGroups(model.offsets, sequenceCount, limits, model.groupStarts);
  if (groups != 0) {
    model.groupRunner.run(batch,
                          {model.groupStarts, groups, model.groupOffsets},
                          model.partBytes, stageNanoseconds);
    return failure.report(table);
  }
  batch.shape.pairs = numberRows(model.offsets, sequenceCount, model.sequences);
  model.scheduler.run(batch, stageNanoseconds);
  return failure.report(table);
}

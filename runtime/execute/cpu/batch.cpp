//===- batch.cpp - Arguments of stage functions ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cpu/batch.h"

#include "runtime/table/error.h"
#include "runtime/table/table_data.h"

#include <cinttypes>

using namespace emblem::runtime;

EmblemStatus StageFailure::report(const EmblemModelTable &table) const {
  const uint64_t failure = first.load(std::memory_order_relaxed);
  if (failure == 0)
    return EMBLEM_OK;
  return fail(EMBLEM_STAGE_FAILED,
              "the model's stage %s failed with status %" PRId32
              "; this call gives no vectors",
              table.stages[(failure >> 32) - 1].name, int32_t(failure));
}

Batch emblem::runtime::makeBatch(const EmblemModelTable &table,
                                 const BatchShape &shape,
                                 const BatchMemory &memory,
                                 const OutputRows &outputs,
                                 StageFailure *failure) {
  Batch batch = {
      .shape = shape,
      .arena = spanOf(memory.arena, memory.arenaBytes),
      .weights = spanOf(weightsOf(table), table.weights_bytes),
      .ids = spanOf(memory.ids, shape.tokens),
      .sequences = spanOf(memory.sequences, shape.tokens),
      .offsets = spanOf(memory.offsets, shape.sequences + 1),
      .types = spanOf(memory.types, table.token_types ? shape.tokens : 0),
      .pixels = spanOf(memory.pixels, shape.sequences * pixelsPerImage(table)),
      .outputs = {},
      .prompts = memory.prompts,
      .failure = failure};
  const OutputRows end = advance(table, outputs, shape.sequences, shape.tokens);
  for (int64_t i = 0; i < allOutputCount(table); ++i)
    batch.outputs[i] = spanOf(outputs.of[i], end.of[i] - outputs.of[i]);
  batch.shape.unwanted = unwantedOf(table, outputs);
  return batch;
}

//===- stage_call.cpp - Calls into compiled code --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/stage_call.h"

#include "runtime/model/error.h"
#include "runtime/platform/wait.h"

#include <cinttypes>

using namespace emblem::runtime;

void emblem::runtime::setOutputs(const EmblemModelTable &table,
                                 const OutputRows &rows, Batch &batch) {
  const OutputRows end =
      advance(table, rows, batch.shape.sequences, batch.shape.tokens);
  batch.unwanted = 0;
  for (int64_t i = 0; i < outputCount(table); ++i) {
    batch.outputs[i] = spanOf(rows.of[i], end.of[i] - rows.of[i]);
    batch.unwanted |= uint32_t(!rows.of[i]) << i;
  }
}

EmblemStatus StageFailure::report(const EmblemModelTable &table) const {
  const uint64_t failure = first.load(std::memory_order_relaxed);
  if (failure == 0)
    return EMBLEM_OK;
  return fail(EMBLEM_STAGE_FAILED,
              "the model's stage %s failed with status %" PRId32
              "; this call gives no vectors",
              table.stages[(failure >> 32) - 1].name, int32_t(failure));
}

void emblem::runtime::callStage(const EmblemModelTable &table, int64_t index,
                                EmblemStageFunction function, Batch &batch,
                                Range rows, Range columns,
                                int64_t *stageNanoseconds) {
  const int32_t output = table.stages[index].output;
  const bool writes = output >= 0;
  if (writes && batch.unwanted >> output & 1)
    return;
  const int64_t start = stageNanoseconds ? platform::monotonicNanoseconds() : 0;
  const int32_t status =
      function(&batch.arena, &batch.weights, &batch.ids, &batch.sequences,
               &batch.offsets, &batch.types, &batch.pixels,
               &batch.outputs[writes ? output : 0], rows.begin, rows.end,
               columns.begin, columns.end);
  if (stageNanoseconds)
    std::atomic_ref<int64_t>(stageNanoseconds[index])
        .fetch_add(platform::monotonicNanoseconds() - start,
                   std::memory_order_relaxed);
  if (status != 0) [[unlikely]]
    batch.failure->note(index, status);
}

void emblem::runtime::runTileAlone(const EmblemModelTable &table, Batch &batch,
                                   const Step &step, int64_t tile,
                                   int64_t *stageNanoseconds) {
  const Range rows = step.rowsOf(step.rowBlock(tile));
  if (rows.begin == rows.end)
    return;
  for (int64_t i = step.firstStage; i < step.endStage; ++i) {
    const EmblemStage &stage = table.stages[i];
    const Range all = {0, stage.columns};
    callStage(table, i, stage.run, batch, rows, all, stageNanoseconds);
    if (stage.finish)
      callStage(table, i, stage.finish, batch, rows, all, stageNanoseconds);
  }
}

//===- stage_call.cpp - Calls into compiled code --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/stage_call.h"

#include "runtime/parallel/wake_word.h"

#include <atomic>

using namespace emblem::runtime;

void emblem::runtime::callStage(EmblemStageFunction function, Batch &batch,
                                Range rows, Range columns,
                                int64_t *nanoseconds) {
  const int64_t start = nanoseconds ? monotonicNanoseconds() : 0;
  function(&batch.arena, &batch.weights, &batch.ids, &batch.sequences,
           &batch.offsets, &batch.types, &batch.vectors, rows.begin, rows.end,
           columns.begin, columns.end);
  if (nanoseconds)
    std::atomic_ref<int64_t>(*nanoseconds)
        .fetch_add(monotonicNanoseconds() - start, std::memory_order_relaxed);
}

void emblem::runtime::runTileAlone(const EmblemModelTable &table, Batch &batch,
                                   const Step &step, int64_t tile,
                                   int64_t *stageNanoseconds) {
  const Range rows = step.rowsOf(step.rowBlock(tile));
  if (rows.begin == rows.end)
    return;
  for (int64_t i = step.firstStage; i < step.endStage; ++i) {
    const EmblemStage &stage = table.stages[i];
    int64_t *nanoseconds = stageNanoseconds ? stageNanoseconds + i : nullptr;
    callStage(stage.run, batch, rows, {0, stage.columns}, nanoseconds);
    if (stage.finish)
      callStage(stage.finish, batch, rows, {0, stage.columns}, nanoseconds);
  }
}

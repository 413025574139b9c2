//===- stage_call.cpp - Calls into compiled code --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cpu/stage_call.h"

#include "runtime/platform/wait.h"

using namespace emblem::runtime;

void emblem::runtime::callStage(const EmblemModelTable &table, int64_t index,
                                EmblemStageFunction function, Batch &batch,
                                Range rows, Range columns,
                                int64_t *stageNanoseconds) {
  const int32_t output = table.stages[index].output;
  if (output >= 0 && batch.unwanted >> output & 1)
    return;
  const int64_t start = stageNanoseconds ? platform::monotonicNanoseconds() : 0;
  const int32_t status = call(function, output, batch, rows, columns);
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

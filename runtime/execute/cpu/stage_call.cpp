//===- stage_call.cpp - Calls into compiled code --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cpu/stage_call.h"

#include "runtime/platform/wait.h"

#include <cstring>

using namespace emblem::runtime;

/// Whether the stage makes a text's row of its tokens' rows.
static bool pools(const EmblemStage &stage) {
  return stage.rows == EMBLEM_ROWS_ARE_SEQUENCES &&
         std::strncmp(stage.name, "pool", 4) == 0;
}

/// A text at a time, each as if it began behind its prompt: such a stage reads
/// where a text's rows begin and where the next one's do.
static int32_t callBehindPrompts(EmblemStageFunction function, int32_t output,
                                 Batch &batch, Range rows, Range columns) {
  const auto *offsets = static_cast<const int32_t *>(batch.offsets.aligned);
  for (int64_t text = rows.begin; text < rows.end; ++text) {
    int32_t own[2] = {offsets[text] + batch.prompts[text], offsets[text + 1]};
    Batch alone = batch;
    // Where own[0] is the text's own place. The arena is laid out by how many
    // offsets there are, and so that stays.
    const uintptr_t start =
        reinterpret_cast<uintptr_t>(own) - uintptr_t(text) * sizeof(int32_t);
    alone.offsets =
        spanOf(reinterpret_cast<const void *>(start), batch.offsets.size);
    if (const int32_t status =
            call(function, output, alone, {text, text + 1}, columns))
      return status;
  }
  return 0;
}

void emblem::runtime::callStage(const EmblemModelTable &table, int64_t index,
                                EmblemStageFunction function, Batch &batch,
                                Range rows, Range columns,
                                int64_t *stageNanoseconds) {
  const int32_t output = table.stages[index].output;
  if (!isNeeded(table.stages[index], batch.shape.unwanted))
    return;
  const int64_t start = stageNanoseconds ? platform::monotonicNanoseconds() : 0;
  const bool behind = batch.prompts && pools(table.stages[index]);
  const int32_t status =
      behind ? callBehindPrompts(function, output, batch, rows, columns)
             : call(function, output, batch, rows, columns);
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

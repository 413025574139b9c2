//===- stage_call.cpp - Calls into compiled code --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/stage_call.h"

#include "runtime/parallel/wake_word.h"

#include <atomic>

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

void emblem::runtime::callStage(const EmblemStage &stage,
                                EmblemStageFunction function, Batch &batch,
                                Range rows, Range columns,
                                int64_t *nanoseconds) {
  const bool writes = stage.output >= 0;
  if (writes && batch.unwanted >> stage.output & 1)
    return;
  const int64_t start = nanoseconds ? monotonicNanoseconds() : 0;
  function(&batch.arena, &batch.weights, &batch.ids, &batch.sequences,
           &batch.offsets, &batch.types, &batch.pixels,
           &batch.outputs[writes ? stage.output : 0], rows.begin, rows.end,
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
    callStage(stage, stage.run, batch, rows, {0, stage.columns}, nanoseconds);
    if (stage.finish)
      callStage(stage, stage.finish, batch, rows, {0, stage.columns},
                nanoseconds);
  }
}

//===- stage_call.h - Calls into compiled code ------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CPU_STAGE_CALL_H
#define EMBLEM_RUNTIME_EXECUTE_CPU_STAGE_CALL_H

#include "runtime/execute/cpu/batch.h"

namespace emblem::runtime {

/// One call: `run` or `finish` of a stage, which writes the batch's output of
/// that number, or where it is negative none. Returns the stage's status.
inline int32_t call(EmblemStageFunction function, int32_t output, Batch &batch,
                    Range rows, Range columns) {
  return function(&batch.arena, &batch.weights, &batch.ids, &batch.sequences,
                  &batch.offsets, &batch.types, &batch.pixels,
                  &batch.outputs[output >= 0 ? output : 0], rows.begin,
                  rows.end, columns.begin, columns.end);
}

/// Calls `run` or `finish` of the stage with that index, unless it writes what
/// nobody wants; one that fails is noted in `batch.failure`, and does not keep
/// others from running. `stageNanoseconds`, if not null, has an entry a stage
/// of the table, to which the time that it takes is added.
void callStage(const EmblemModelTable &table, int64_t index,
               EmblemStageFunction function, Batch &batch, Range rows,
               Range columns, int64_t *stageNanoseconds);

/// Runs one tile of a step whose row blocks are not split among threads: all
/// its stages, and their finish functions. `stageNanoseconds` is as above.
void runTileAlone(const EmblemModelTable &table, Batch &batch, const Step &step,
                  int64_t tile, int64_t *stageNanoseconds);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_EXECUTE_CPU_STAGE_CALL_H

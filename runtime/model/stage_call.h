//===- stage_call.h - Calls into compiled code ------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_MODEL_STAGE_CALL_H
#define EMBLEM_RUNTIME_MODEL_STAGE_CALL_H

#include "runtime/model/outputs.h"
#include "runtime/model/plan.h"

namespace emblem::runtime {

/// What a stage function takes (model_table.h gives the shapes).
struct Batch {
  BatchShape shape;
  EmblemSpan arena, weights, ids, sequences, offsets, types, pixels;
  EmblemSpan outputs[EMBLEM_MOST_OUTPUTS];
  uint32_t unwanted = 0; // bit i: nobody asks for output i
};

inline EmblemSpan spanOf(const void *data, int64_t size) {
  void *start = const_cast<void *>(data);
  return {start, start, 0, size, 1};
}

/// Points `batch.outputs` to `rows`. The batch's shape is known.
void setOutputs(const EmblemModelTable &table, const OutputRows &rows,
                Batch &batch);

/// Calls `function`, `run` or `finish` of `stage`, unless it writes what nobody
/// wants. The time it takes is added to `*nanoseconds`, if that is not null.
void callStage(const EmblemStage &stage, EmblemStageFunction function,
               Batch &batch, Range rows, Range columns, int64_t *nanoseconds);

/// Runs one tile of a step whose row blocks are not split among threads: all
/// its stages, and their finish functions. `stageNanoseconds` has an entry a
/// stage of the table, or is null.
void runTileAlone(const EmblemModelTable &table, Batch &batch, const Step &step,
                  int64_t tile, int64_t *stageNanoseconds);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_MODEL_STAGE_CALL_H

//===- stage_call.h - Calls into compiled code ------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_MODEL_STAGE_CALL_H
#define EMBLEM_RUNTIME_MODEL_STAGE_CALL_H

#include "runtime/model/plan.h"

namespace emblem::runtime {

/// What a stage function takes (model_table.h gives the shapes).
struct Batch {
  BatchShape shape;
  EmblemSpan arena, weights, ids, sequences, offsets, types, vectors;
};

inline EmblemSpan spanOf(const void *data, int64_t size) {
  void *start = const_cast<void *>(data);
  return {start, start, 0, size, 1};
}

/// Calls `function`, a stage's `run` or `finish`. The time it takes is added to
/// `*nanoseconds`, if that is not null.
void callStage(EmblemStageFunction function, Batch &batch, Range rows,
               Range columns, int64_t *nanoseconds);

/// Runs one tile of a step whose row blocks are not split among threads: all
/// its stages, and their finish functions. `stageNanoseconds` has an entry a
/// stage of the table, or is null.
void runTileAlone(const EmblemModelTable &table, Batch &batch, const Step &step,
                  int64_t tile, int64_t *stageNanoseconds);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_MODEL_STAGE_CALL_H

//===- stage_call.h - Calls into compiled code ------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_MODEL_STAGE_CALL_H
#define EMBLEM_RUNTIME_MODEL_STAGE_CALL_H

#include "runtime/model/outputs.h"
#include "runtime/model/plan.h"

#include <atomic>

namespace emblem::runtime {

/// The first call of a batch that did not return 0. Threads write it, and it is
/// read once they have ended.
class StageFailure {
public:
  void note(int64_t stage, int32_t status) {
    uint64_t none = 0;
    first.compare_exchange_strong(none,
                                  uint64_t(stage + 1) << 32 | uint32_t(status),
                                  std::memory_order_relaxed);
  }
  /// EMBLEM_STAGE_FAILED with a sentence, or EMBLEM_OK.
  EmblemStatus report(const EmblemModelTable &table) const;

private:
  std::atomic<uint64_t> first{0}; // 1 + the stage's index, above the status
};

/// What a stage function takes (model_table.h gives the shapes).
struct Batch {
  BatchShape shape;
  EmblemSpan arena, weights, ids, sequences, offsets, types, pixels;
  EmblemSpan outputs[EMBLEM_MOST_OUTPUTS];
  uint32_t unwanted = 0;           // bit i: nobody asks for output i
  StageFailure *failure = nullptr; // takes what a call returns, if not 0
};

inline EmblemSpan spanOf(const void *data, int64_t size) {
  void *start = const_cast<void *>(data);
  return {start, start, 0, size, 1};
}

/// Points `batch.outputs` to `rows`. The batch's shape is known.
void setOutputs(const EmblemModelTable &table, const OutputRows &rows,
                Batch &batch);

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

#endif // EMBLEM_RUNTIME_MODEL_STAGE_CALL_H

//===- scheduler.h - Runs the stages of a batch on threads ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CPU_SCHEDULER_H
#define EMBLEM_RUNTIME_EXECUTE_CPU_SCHEDULER_H

#include "runtime/execute/cpu/stage_call.h"
#include "runtime/execute/executor.h"
#include "runtime/parallel/heap_array.h"

#include <atomic>

namespace emblem::runtime {

/// Runs batches of one table, one at a time. All threads walk the plan's steps
/// together. In each, a thread has its own share of the tiles, the same in
/// every batch of that shape; then it helps with the shares of others, and
/// waits until the tiles that others claimed are done. A thread that comes late
/// starts at the step where the others are, and one that comes alone does all,
/// so that a caller's parallelFor may have any threads in any order.
class Scheduler {
public:
  /// Sets aside all that run() will need. `table` and the workers' pool outlive
  /// this. False where there is no memory.
  bool prepare(const EmblemModelTable &table, const Workers &workers);

  /// Allocates nothing. `stageNanoseconds`, if not null, has an entry a stage,
  /// to which the time that threads spend in that stage is added.
  void run(Batch &batch, int64_t *stageNanoseconds);

private:
  /// A thread's share of the step that it was last claimed from: the step's
  /// number, from 1, above the next tile that nobody has claimed.
  struct alignas(cacheLine) Share {
    std::atomic<uint64_t> stepAndTile;
  };
  struct alignas(cacheLine) RowBlockProgress {
    std::atomic<int64_t> groupsDone{0};
  };

  static void walkSteps(void *scheduler, int64_t thread);
  void walkSteps(int thread);
  int64_t claimTile(int64_t stepIndex, int owner);
  void runTile(const Step &step, int64_t tile);
  void runStage(const Step &step, int64_t stage, int64_t tile);

  const EmblemModelTable *table = nullptr;
  Workers workers = {};

  HeapArray<Step> steps;
  HeapArray<uint32_t> stepEnds; // tiles of a step and all before it
  HeapArray<Share> shares;      // [threads]
  HeapArray<RowBlockProgress> rowBlockProgress;

  // Of the batch that runs now.
  Batch *batch = nullptr;
  int64_t *stageNanoseconds = nullptr;
  int64_t stepCount = 0;
  WakeWord tilesDone;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_EXECUTE_CPU_SCHEDULER_H

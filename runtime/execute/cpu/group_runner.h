//===- group_runner.h - Groups of texts, each by one thread -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CPU_GROUP_RUNNER_H
#define EMBLEM_RUNTIME_EXECUTE_CPU_GROUP_RUNNER_H

#include "runtime/execute/cpu/scheduler.h"

namespace emblem::runtime {

/// The groups of a batch (text_groups.h).
struct Groups {
  const int32_t *starts; // [count + 1]; group g's first text
  int64_t count;
  /// Room for each group's own offsets, from 0: [sequences + count].
  int32_t *offsets;
};

/// Takes each group through all stages on one thread. Threads claim groups in
/// order until there are none.
class GroupRunner {
public:
  /// Sets aside all that run() will need. `table` and the workers' pool outlive
  /// this. False where there is no memory.
  bool prepare(const EmblemModelTable &table, const Workers &workers);

  /// Allocates nothing. `batch` is the whole batch; its `sequences` are written
  /// here. A thread's part of the arena is `arenaPart` bytes, enough for any
  /// group. `stageNanoseconds` is as for Scheduler::run.
  void run(Batch &batch, const Groups &groups, int64_t arenaPart,
           int64_t *stageNanoseconds);

private:
  static void takeGroups(void *runner, int64_t thread);
  void takeGroups(int64_t thread);
  void runGroup(int64_t group, int64_t thread);

  const EmblemModelTable *table = nullptr;
  Workers workers = {};
  HeapArray<Step> steps; // [threads][maxSteps]

  // Of the batch that runs now.
  Batch *batch = nullptr;
  Groups groups = {};
  int64_t arenaPart = 0; // bytes
  int64_t *stageNanoseconds = nullptr;
  std::atomic<int64_t> nextGroup{0};
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_EXECUTE_CPU_GROUP_RUNNER_H

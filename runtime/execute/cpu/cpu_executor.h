//===- cpu_executor.h - Stages on the CPU -----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CPU_CPU_EXECUTOR_H
#define EMBLEM_RUNTIME_EXECUTE_CPU_CPU_EXECUTOR_H

#include "runtime/execute/cpu/group_runner.h"
#include "runtime/execute/executor.h"
#include "runtime/parallel/mapped_memory.h"

namespace emblem::runtime {

/// Nothing is left where it fails.
EmblemStatus prepareCpu(const ExecutorSetup &setup, Executor **executor);

/// What prepareCpu makes.
struct CpuExecutor : Executor {
  EmblemStatus prepare(const ExecutorSetup &setup);
  EmblemStatus run(const BatchInput &input);

  const EmblemModelTable *table = nullptr;
  int threads = 1;
  int64_t partTokens = 0; // tokens of a group, at most
  int64_t partBytes = 0;  // of a thread's part of the arena; whole cache lines
  Scheduler scheduler;
  GroupRunner groupRunner;
  MappedMemory arena, rowMemory;
  int32_t *sequences = nullptr;    // [capacity]
  int32_t *groupStarts = nullptr;  // [capacity + 1]
  int32_t *groupOffsets = nullptr; // [2 * capacity]

private:
  bool planArena();
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_EXECUTE_CPU_CPU_EXECUTOR_H

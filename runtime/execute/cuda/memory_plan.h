//===- memory_plan.h - An open model's memory on a device -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CUDA_MEMORY_PLAN_H
#define EMBLEM_RUNTIME_EXECUTE_CUDA_MEMORY_PLAN_H

#include "runtime/execute/cuda/batch_rows.h"
#include "runtime/execute/cuda/device.h"

namespace emblem::runtime::cuda {

/// One block on the device: the arena, then a batch's input, then its outputs.
/// The host has pinned memory for the last two.
struct MemoryPlan {
  BatchRows limits = {}; // of a batch
  int64_t capacity = 0;  // tokens that the arena is laid out for
  int64_t arenaBytes = 0;
  int64_t inputBytes = 0;
  int64_t outputBytes = 0;
  int64_t outputPlace[EMBLEM_MOST_OUTPUTS] = {}; // from the first output's on

  int64_t bytes() const { return arenaBytes + inputBytes + outputBytes; }

  /// For batches of `tokens`. False: no device has so much.
  bool make(const EmblemModelTable &table, const EmblemDeviceTable &program,
            int64_t tokens);
};

/// The plan for `tokens` or, where that is 0, for what fits the memory that the
/// device has left beside the weights, whose context is the thread's.
EmblemStatus planMemory(const Device &device, const EmblemModelTable &table,
                        const EmblemDeviceTable &program, int64_t tokens,
                        MemoryPlan &plan);

} // namespace emblem::runtime::cuda

#endif // EMBLEM_RUNTIME_EXECUTE_CUDA_MEMORY_PLAN_H

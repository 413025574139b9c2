//===- batch.h - Arguments of stage functions -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CPU_BATCH_H
#define EMBLEM_RUNTIME_EXECUTE_CPU_BATCH_H

#include "emblem/emblem.h"
#include "runtime/execute/cpu/plan.h"
#include "runtime/table/outputs.h"

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
  const int32_t *prompts = nullptr; // [sequences], or null; BatchInput
  StageFailure *failure = nullptr;  // takes what a call returns, if not 0
};

inline EmblemSpan spanOf(const void *data, int64_t size) {
  void *start = const_cast<void *>(data);
  return {start, start, 0, size, 1};
}

/// Where a batch's rows lie.
struct BatchMemory {
  void *arena;
  int64_t arenaBytes;
  const int32_t *ids, *sequences;   // [tokens]
  const int32_t *offsets;           // [sequences + 1]
  const int32_t *types;             // [tokens]; null: none are told apart
  const float *pixels;              // of images, else null
  const int32_t *prompts = nullptr; // [sequences]; null: none are left out
};

/// A batch of that shape; an output whose rows are null is not wanted.
Batch makeBatch(const EmblemModelTable &table, const BatchShape &shape,
                const BatchMemory &memory, const OutputRows &outputs,
                StageFailure *failure);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_EXECUTE_CPU_BATCH_H

//===- stage_runner.h - A compiled model, run stage by stage ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_ACCURACY_STAGE_RUNNER_H
#define EMBLEM_COMPILER_ACCURACY_STAGE_RUNNER_H

#include "compiler/accuracy/in_process_model.h"

#include <cstddef>

namespace emblem::accuracy {

/// Some texts of a batch, as stage functions take them.
class StageRunner {
public:
  StageRunner(const EmblemModelTable &table, const TokenBatch &batch,
              size_t firstText, size_t endText);

  int64_t tokens() const { return ids.size; }
  const std::byte *arenaBytes() const {
    return static_cast<const std::byte *>(arena.aligned);
  }
  /// All rows and columns of a stage. The stages before it have run.
  void run(const EmblemStage &stage);
  /// Names the first stage that failed, if one did.
  llvm::Error check() const;

private:
  template <typename T> static EmblemSpan spanOf(const T *data, int64_t size) {
    auto *start = const_cast<T *>(data);
    return {start, start, 0, size, 1};
  }

  std::vector<int32_t> textOfRow, firstRows; // [tokens], [texts + 1]
  std::vector<float> results;                // any output's rows
  std::vector<std::byte> memory;             // the arena, with room to align
  EmblemSpan arena, weights, ids, sequences, offsets, types, pixels, vectors;
  const char *failed = nullptr; // the stage's name
  int32_t status = 0;
};

} // namespace emblem::accuracy

#endif // EMBLEM_COMPILER_ACCURACY_STAGE_RUNNER_H

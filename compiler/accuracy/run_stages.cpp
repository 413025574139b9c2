//===- run_stages.cpp - A batch through a model, a stage at a time --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/run_stages.h"

using namespace emblem;
using namespace emblem::accuracy;

/// Of the activations of all texts that run at once, unless one has more.
static constexpr int64_t kArenaBytes = INT64_C(256) << 20;
/// They are at least as many, so that a batch that is small stays whole.
static constexpr int64_t kTokens = 1024;

/// The first text that does not go with `first` any more.
static size_t endOfRun(const EmblemModelTable &table, const TokenBatch &batch,
                       size_t first) {
  auto fits = [&](size_t end) {
    int64_t tokens = batch.offsets[end] - batch.offsets[first];
    int64_t bytes = tokens * table.arena_bytes_per_token +
                    int64_t(end - first) * table.arena_bytes_per_sequence;
    return bytes <= kArenaBytes || tokens <= kTokens;
  };
  size_t end = first + 1;
  while (end < batch.texts() && fits(end + 1))
    ++end;
  return end;
}

llvm::Expected<std::vector<float>>
accuracy::runStages(const EmblemModelTable &table, const TokenBatch &batch,
                    mlir::MLIRContext &context, LoadStage load,
                    ObserveStage observe) {
  std::vector<float> vectors;
  for (size_t first = 0; first < batch.texts();) {
    size_t end = endOfRun(table, batch, first);
    StageRunner runner(table, batch, first, end);
    llvm::ArrayRef<int32_t> ids = llvm::ArrayRef(batch.ids).slice(
        batch.offsets[first], batch.offsets[end] - batch.offsets[first]);
    for (int64_t i = 0; i < table.stage_count; ++i) {
      if (llvm::Error error = load(i, ids))
        return error;
      observe(table.stages[i], runner);
      if (llvm::Error error = runner.run(table.stages[i], context))
        return error;
    }
    llvm::append_range(vectors, runner.getOutput());
    first = end;
  }
  return vectors;
}

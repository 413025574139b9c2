//===- run_stages.cpp - A batch through a model by stages -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/run_stages.h"

using namespace emblem;
using namespace emblem::accuracy;

/// Of what all texts that run at once have in memory, unless one has more.
static constexpr int64_t kRunBytes = INT64_C(256) << 20;
/// They are at least as many, so that a batch that is small stays whole.
static constexpr int64_t kTokens = 1024;

size_t accuracy::endOfRun(const TokenBatch &batch, size_t first,
                          int64_t tokenBytes, int64_t textBytes) {
  auto fits = [&](size_t end) {
    int64_t tokens = batch.offsets[end] - batch.offsets[first];
    int64_t bytes = tokens * tokenBytes + int64_t(end - first) * textBytes;
    return bytes <= kRunBytes || tokens <= kTokens;
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
  std::vector<std::byte> arena;
  for (size_t first = 0; first < batch.texts();) {
    size_t end = endOfRun(batch, first, table.arena_bytes_per_token,
                          table.arena_bytes_per_sequence);
    StageRunner runner(table, batch, first, end, &arena);
    for (int64_t i = 0; i < table.stage_count; ++i) {
      if (!runner.needs(table.stages[i]))
        continue; // it makes an inner output
      if (llvm::Error error = load(i, runner.tokenIds()))
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

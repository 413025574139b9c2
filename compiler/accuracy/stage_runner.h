//===- stage_runner.h - A compiled model, run stage by stage ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_ACCURACY_STAGE_RUNNER_H
#define EMBLEM_COMPILER_ACCURACY_STAGE_RUNNER_H

#include "compiler/accuracy/in_process_model.h"
#include "runtime/execute/cpu/batch.h"

#include "mlir/IR/MLIRContext.h"

#include <cstddef>

namespace emblem::accuracy {

/// Some texts of a batch, as stage functions take them.
class StageRunner {
public:
  /// `memory`, where it is given, grows to hold the arena, and serves one
  /// runner after another.
  StageRunner(const EmblemModelTable &table, const TokenBatch &batch,
              size_t firstText, size_t endText,
              std::vector<std::byte> *memory = nullptr);

  int64_t tokens() const { return batch.shape.tokens; }
  int64_t texts() const { return batch.shape.sequences; }
  /// Of the arena, those of rows that are tokens; texts' rows follow.
  int64_t tokensBytes() const { return tokens() * bytesPerToken; }
  std::byte *arenaBytes() const {
    return static_cast<std::byte *>(batch.arena.aligned);
  }
  llvm::ArrayRef<int32_t> tokenIds() const {
    return {static_cast<int32_t *>(batch.ids.aligned), size_t(batch.ids.size)};
  }
  /// Whether a stage is needed for what the model returns.
  bool needs(const EmblemStage &stage) const;
  /// All rows and columns of a stage, if it is needed. The stages before it have run. The error
  /// names the stage, where it failed.
  llvm::Error run(const EmblemStage &stage);
  /// The same on the context's threads.
  llvm::Error run(const EmblemStage &stage, mlir::MLIRContext &context);

  /// The first output's rows; the stages have run.
  llvm::ArrayRef<float> getOutput() const { return results.front(); }

private:
  int64_t rowsOf(const EmblemStage &stage) const;
  int32_t call(const EmblemStage &stage, EmblemStageFunction function,
               int64_t rowBegin, int64_t rowEnd);

  std::vector<int32_t> textOfRow, firstRows; // [tokens], [texts + 1]
  std::vector<std::vector<float>> results;   // of each output
  std::vector<std::byte> ownMemory;          // of the arena, if it has its own
  int64_t tileRows, bytesPerToken;
  runtime::Batch batch;
};

} // namespace emblem::accuracy

#endif // EMBLEM_COMPILER_ACCURACY_STAGE_RUNNER_H

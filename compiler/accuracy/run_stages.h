//===- run_stages.h - A batch through a model by stages ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A large model is never in the compiler's memory as a whole: all of a batch
// goes through one stage before the next one's weights are there.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_ACCURACY_RUN_STAGES_H
#define EMBLEM_COMPILER_ACCURACY_RUN_STAGES_H

#include "compiler/accuracy/stage_runner.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace emblem::accuracy {

/// Makes what stage `index` reads of the weights readable, for these token ids.
using LoadStage =
    llvm::function_ref<llvm::Error(size_t index, llvm::ArrayRef<int32_t> ids)>;
/// Sees what a stage will read, before it runs.
using ObserveStage =
    llvm::function_ref<void(const EmblemStage &stage, const StageRunner &)>;

/// The end of the texts that run together from `first` on, where a token takes
/// `tokenBytes` of memory and a text `textBytes`.
size_t endOfRun(const TokenBatch &batch, size_t first, int64_t tokenBytes,
                int64_t textBytes);

/// The rows of the model's first output: a row a text, or a token. The same
/// bits as the runtime's, for a row's arithmetic has one order. Runs on the
/// context's threads; as many texts at once as fit a bounded arena.
llvm::Expected<std::vector<float>> runStages(
    const EmblemModelTable &table, const TokenBatch &batch,
    mlir::MLIRContext &context, LoadStage load,
    ObserveStage observe = [](const EmblemStage &, const StageRunner &) {});

} // namespace emblem::accuracy

#endif // EMBLEM_COMPILER_ACCURACY_RUN_STAGES_H

//===- executor.h - Execution of a model's stages ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_EXECUTOR_H
#define EMBLEM_RUNTIME_EXECUTE_EXECUTOR_H

#include "emblem/emblem.h"
#include "runtime/parallel/thread_pool.h"
#include "runtime/table/outputs.h"

namespace emblem::runtime {

/// Who works: the pool, or, where it is given, the user's parallelFor.
struct Workers {
  ThreadPool *pool;
  int threads;
  EmblemParallelFor parallelFor; // or null
  void *parallelContext;
};

/// A model that is being opened. What it points to outlives the executor.
struct ExecutorSetup {
  const EmblemModelTable *table;
  Workers workers;        // the pool may be started after prepare()
  int64_t maxBatchTokens; // as in EmblemOptions
};

/// A batch of texts, pairs or images, and where its results go.
struct BatchInput {
  const int32_t *offsets; // [sequences + 1], from 0; the last: the tokens
  int64_t sequences;
  const int32_t *ids;             // [tokens]
  const int32_t *types = nullptr; // [tokens]; null: none are told apart
  const float *pixels = nullptr;  // [images * pixelsPerImage], of images
  /// [sequences]: how many of a text's first tokens are not pooled; null: none
  /// are left out. Only the CPU's executor takes it.
  const int32_t *prompts = nullptr;
  OutputRows outputs = {};
  /// [stages], or null; the time that threads spend in each stage is added.
  int64_t *stageNanoseconds = nullptr;
};

struct Executor;

/// What a kind of processor has for running stages. Where a function fails,
/// lastError() says why.
struct ExecutorKind {
  /// Begins one batch, without allocating, and ends the one before. The input
  /// has been read when it returns; outputs are there when finish() has.
  /// EMBLEM_STAGE_FAILED where a stage did.
  EmblemStatus (*start)(Executor &executor, const BatchInput &batch);
  /// Ends what start() has begun; nothing where nothing is.
  EmblemStatus (*finish)(Executor &executor);
  void (*unload)(Executor *executor);
};

/// A processor with all that it needs for batches: memory, and weights where
/// they must be elsewhere. Each kind has its own behind it.
struct Executor {
  const ExecutorKind *kind;
  const char *device; // as EmblemModelInfo has it
  int64_t capacity;   // tokens of a batch, at most
  int64_t arenaBytes; // for the activations of the largest batch
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_EXECUTE_EXECUTOR_H

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
  Workers workers;  // the pool may be started after prepare()
  int64_t capacity; // tokens of a batch, at most
};

/// A batch of texts, pairs or images, and where its results go.
struct BatchInput {
  const int32_t *offsets; // [sequences + 1], from 0; the last: the tokens
  int64_t sequences;
  const int32_t *ids;             // [tokens]
  const int32_t *types = nullptr; // [tokens]; null: none are told apart
  const float *pixels = nullptr;  // [images * pixelsPerImage], of images
  OutputRows outputs = {};
  /// [stages], or null; the time that threads spend in each stage is added.
  int64_t *stageNanoseconds = nullptr;
};

struct Executor;

/// What a kind of processor has for running stages. Where a function fails,
/// lastError() says why.
struct ExecutorKind {
  const char *device; // as EmblemModelInfo has it
  /// Sets aside all that run() needs: memory, and weights where they must be
  /// elsewhere. Nothing is left where it fails.
  EmblemStatus (*prepare)(const ExecutorSetup &setup, Executor **executor);
  /// Runs one batch to its end, one at a time, without allocating.
  /// EMBLEM_STAGE_FAILED where a stage did.
  EmblemStatus (*run)(Executor &executor, const BatchInput &batch);
  void (*unload)(Executor *executor);
};

/// What prepare() has made; each kind has its own behind it.
struct Executor {
  const ExecutorKind *kind;
  int64_t arenaBytes; // for the activations of the largest batch
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_EXECUTE_EXECUTOR_H

//===- cpu_executor.cpp - Stages on the CPU -------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cpu/cpu_executor.h"

#include "runtime/execute/cpu/text_groups.h"
#include "runtime/table/error.h"

#include <algorithm>
#include <cinttypes>

using namespace emblem::runtime;

static constexpr int64_t usualBatchTokens = 16384;
/// An image's activations may be large: batches of images are bounded by them.
static constexpr int64_t usualImageBytes = INT64_C(256) << 20;

/// Arena bytes for each token of a batch: a text has at least one, an image
/// always as many. False where no machine has them.
static bool arenaBytesPerToken(const EmblemModelTable &table, int64_t &bytes) {
  const int64_t least = table.image ? table.max_positions : 1;
  return !__builtin_add_overflow(
      table.arena_bytes_per_token,
      table.arena_bytes_per_sequence / least +
          (table.arena_bytes_per_sequence % least != 0),
      &bytes);
}

/// Tokens of a batch where the caller says nothing.
static int64_t batchTokensFor(const EmblemModelTable &table) {
  int64_t perToken;
  if (!table.image || !arenaBytesPerToken(table, perToken) || perToken == 0)
    return usualBatchTokens;
  return std::min(usualBatchTokens, usualImageBytes / perToken);
}

/// Arena bytes of the largest batch; false where no machine has them.
bool CpuExecutor::planArena() {
  int64_t perToken;
  if (!arenaBytesPerToken(*table, perToken) ||
      __builtin_mul_overflow(capacity, perToken, &arenaBytes) ||
      arenaBytes > INT64_MAX / 2)
    return false;
  // Parts begin on cache lines; what lies between them comes on top.
  partTokens = capacity / threads;
  partBytes = (partTokens * perToken + cacheLine - 1) / cacheLine * cacheLine;
  arenaBytes = std::max(arenaBytes, threads * partBytes);
  return true;
}

/// Reserves what the largest batch needs; pages come as batches grow.
EmblemStatus CpuExecutor::prepare(const ExecutorSetup &setup) {
  table = setup.table;
  threads = setup.workers.threads;
  capacity = std::max(setup.maxBatchTokens > 0 ? setup.maxBatchTokens
                                               : batchTokensFor(*table),
                      table->max_positions);
  if (!planArena() || !arena.allocate(size_t(arenaBytes)))
    return fail(EMBLEM_OUT_OF_MEMORY,
                "there is no memory for batches of %" PRId64
                " tokens; choose a smaller max_batch_tokens",
                capacity);
  const size_t rows = size_t(capacity);
  if (!rowMemory.allocate((4 * rows + 1) * sizeof(int32_t)))
    return fail(EMBLEM_OUT_OF_MEMORY,
                "there is no memory for the rows of %" PRId64
                " tokens; choose a smaller max_batch_tokens",
                capacity);
  sequences = reinterpret_cast<int32_t *>(rowMemory.data());
  groupStarts = sequences + rows;
  groupOffsets = groupStarts + rows + 1;
  if (!scheduler.prepare(*table, setup.workers) ||
      !groupRunner.prepare(*table, setup.workers))
    return fail(EMBLEM_OUT_OF_MEMORY,
                "there is no memory for %d threads; ask for fewer", threads);
  return EMBLEM_OK;
}

/// Numbers each row with its text; returns the sum of squared lengths.
static double numberRows(const int32_t *offsets, int64_t sequenceCount,
                         int32_t *sequences) {
  double pairs = 0;
  for (int64_t s = 0; s < sequenceCount; ++s) {
    std::fill(sequences + offsets[s], sequences + offsets[s + 1], int32_t(s));
    const double length = double(offsets[s + 1] - offsets[s]);
    pairs += length * length;
  }
  return pairs;
}

EmblemStatus CpuExecutor::run(const BatchInput &input) {
  StageFailure failure;
  Batch batch =
      makeBatch(*table, {input.offsets[input.sequences], input.sequences, 0},
                {.arena = arena.data(),
                 .arenaBytes = arenaBytes,
                 .ids = input.ids,
                 .sequences = sequences,
                 .offsets = input.offsets,
                 .types = input.types,
                 .pixels = input.pixels,
                 .prompts = input.prompts},
                input.outputs, &failure);
  const GroupLimits limits = {
      .threads = threads, .usual = table->row_block, .most = partTokens};
  const int64_t groups =
      splitIntoGroups(input.offsets, input.sequences, limits, groupStarts);
  if (groups != 0) {
    groupRunner.run(batch, {groupStarts, groups, groupOffsets}, partBytes,
                    input.stageNanoseconds);
  } else {
    batch.shape.pairs = numberRows(input.offsets, input.sequences, sequences);
    scheduler.run(batch, input.stageNanoseconds);
  }
  return failure.report(*table);
}

static void unload(Executor *executor) {
  CpuExecutor *self = static_cast<CpuExecutor *>(executor);
  self->~CpuExecutor();
  std::free(self);
}

static EmblemStatus start(Executor &executor, const BatchInput &batch) {
  return static_cast<CpuExecutor &>(executor).run(batch);
}

static EmblemStatus finish(Executor &) { return EMBLEM_OK; }

static constexpr ExecutorKind kind = {start, finish, unload};

EmblemStatus emblem::runtime::prepareCpu(const ExecutorSetup &setup,
                                         Executor **executor) {
  CpuExecutor *memory = allocateFor<CpuExecutor>(1);
  if (!memory)
    return fail(EMBLEM_OUT_OF_MEMORY, "there is no memory to open the model");
  CpuExecutor *made = new (memory) CpuExecutor;
  made->kind = &kind;
  made->device = "cpu";
  const EmblemStatus status = made->prepare(setup);
  if (status == EMBLEM_OK)
    *executor = made;
  else
    unload(made);
  return status;
}

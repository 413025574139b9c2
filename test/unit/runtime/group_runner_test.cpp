//===- group_runner_test.cpp - Groups of texts, each by one thread --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cpu/group_runner.h"

#include "runtime/execute/cpu/cpu_executor.h"
#include "runtime/model/model.h"
#include "runtime/platform/wait.h"
#include "test/unit/runtime/small_model.h"

#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <thread>

using namespace emblem::runtime;

//===----------------------------------------------------------------------===//
// A model whose stages fill all of the arena that they are promised
//===----------------------------------------------------------------------===//

namespace {

constexpr int64_t bytesPerToken = 20, bytesPerSequence = 12, dimension = 3;

/// What stage functions were given, on any thread.
struct Seen {
  std::mutex mutex;
  std::vector<EmblemSpan> arenas; // each once
  std::vector<int64_t> tokens;    // of each call of the last stage
  std::atomic<int> overwritten{0};
} seen;

void forget() {
  seen.arenas.clear();
  seen.tokens.clear();
  seen.overwritten = 0;
}

const int32_t *ints(const EmblemSpan *span) {
  return static_cast<const int32_t *>(span->aligned);
}

uint8_t *tokenBytes(EmblemSpan *arena, int64_t t) {
  return static_cast<uint8_t *>(arena->aligned) + t * bytesPerToken;
}

uint8_t *sequenceBytes(EmblemSpan *arena, const EmblemSpan *ids, int64_t s) {
  return tokenBytes(arena, ids->size) + s * bytesPerSequence;
}

bool allAre(const uint8_t *bytes, int64_t count, uint8_t value) {
  return std::all_of(bytes, bytes + count,
                     [&](uint8_t byte) { return byte == value; });
}

int32_t fillTokens(EmblemSpan *arena, EmblemSpan *, EmblemSpan *ids,
                   EmblemSpan *sequences, EmblemSpan *offsets, EmblemSpan *,
                   EmblemSpan *, EmblemSpan *, int64_t rowBegin, int64_t rowEnd,
                   int64_t, int64_t) {
  {
    std::lock_guard<std::mutex> lock(seen.mutex);
    const bool known = std::any_of(
        seen.arenas.begin(), seen.arenas.end(), [&](const EmblemSpan &other) {
          return other.aligned == arena->aligned && other.size == arena->size;
        });
    if (!known)
      seen.arenas.push_back(*arena);
  }
  for (int64_t t = rowBegin; t < rowEnd; ++t) {
    const int32_t s = ints(sequences)[t];
    if (t < ints(offsets)[s] || t >= ints(offsets)[s + 1])
      ++seen.overwritten; // not the text that the token belongs to
    std::memset(tokenBytes(arena, t), ints(ids)[t], size_t(bytesPerToken));
  }
  return 0;
}

int32_t fillSequences(EmblemSpan *arena, EmblemSpan *, EmblemSpan *ids,
                      EmblemSpan *, EmblemSpan *offsets, EmblemSpan *,
                      EmblemSpan *, EmblemSpan *, int64_t rowBegin,
                      int64_t rowEnd, int64_t, int64_t) {
  for (int64_t s = rowBegin; s < rowEnd; ++s)
    std::memset(sequenceBytes(arena, ids, s),
                ints(ids)[ints(offsets)[s]] ^ 0x80, size_t(bytesPerSequence));
  return 0;
}

/// Component c is the sum of 1 / (id + c + 1): another order gives other bits.
/// Counts what is no longer in the arena.
int32_t sum(EmblemSpan *arena, EmblemSpan *, EmblemSpan *ids, EmblemSpan *,
            EmblemSpan *offsets, EmblemSpan *, EmblemSpan *,
            EmblemSpan *vectors, int64_t rowBegin, int64_t rowEnd,
            int64_t columnBegin, int64_t columnEnd) {
  for (int64_t s = rowBegin; s < rowEnd; ++s) {
    const int64_t begin = ints(offsets)[s], end = ints(offsets)[s + 1];
    if (!allAre(sequenceBytes(arena, ids, s), bytesPerSequence,
                uint8_t(ints(ids)[begin] ^ 0x80)))
      ++seen.overwritten;
    for (int64_t column = columnBegin; column < columnEnd; ++column) {
      float total = 0;
      for (int64_t t = begin; t < end; ++t) {
        const uint8_t *bytes = tokenBytes(arena, t);
        if (!allAre(bytes, bytesPerToken, uint8_t(ints(ids)[t])))
          ++seen.overwritten;
        total += 1 / float(bytes[0] + column + 1);
      }
      static_cast<float *>(vectors->aligned)[s * dimension + column] = total;
    }
  }
  std::lock_guard<std::mutex> lock(seen.mutex);
  seen.tokens.push_back(ids->size);
  return 0;
}

constexpr EmblemStage stages[] = {
    {"tokens", fillTokens, nullptr, EMBLEM_ROWS_ARE_TOKENS, 1, 1, 0, 0, 0, 0, 0,
     -1, 0},
    {"sequences", fillSequences, nullptr, EMBLEM_ROWS_ARE_SEQUENCES, 0, 1, 0, 0,
     0, 0, 0, -1, 0},
    {"sum", sum, nullptr, EMBLEM_ROWS_ARE_SEQUENCES, 1, dimension, 0, 0, 0, 0,
     0, 0, 0},
};

EmblemModelTable fillingModel(int32_t rowBlock) {
  EmblemModelTable table = smallModel();
  table.dimension = dimension;
  table.arena_bytes_per_token = bytesPerToken;
  table.arena_bytes_per_sequence = bytesPerSequence;
  table.row_block = rowBlock;
  table.stages = stages;
  table.stage_count = std::size(stages);
  return table;
}

std::vector<float> expectedSums(const Sequences &sequences) {
  std::vector<float> vectors;
  for (size_t s = 0; s < sequences.count(); ++s)
    for (int64_t c = 0; c < dimension; ++c) {
      float total = 0;
      for (int64_t t = sequences.offsets[s]; t < sequences.offsets[s + 1]; ++t)
        total += 1 / float(sequences.ids[size_t(t)] + c + 1);
      vectors.push_back(total);
    }
  return vectors;
}

Sequences evenSequences(size_t count, size_t length) {
  Sequences sequences;
  for (size_t s = 0; s < count; ++s)
    sequences.add(std::vector<int32_t>(length, int32_t(s % 100)));
  return sequences;
}

std::vector<float> embed(EmblemModel *model, const Sequences &sequences) {
  std::vector<float> vectors(size_t(dimension) * sequences.count(), -1);
  EXPECT_EQ(emblem_embed_ids(model, sequences.ids.data(),
                             sequences.offsets.data(), sequences.count(),
                             vectors.data()),
            EMBLEM_OK)
      << emblem_last_error();
  return vectors;
}

CpuExecutor &executorOf(const EmblemModel &model) {
  return static_cast<CpuExecutor &>(*model.executor);
}

/// The threads' parts lie in the arena and apart, and nothing in them was lost.
void checkArenas(const EmblemModel &model) {
  const CpuExecutor &executor = executorOf(model);
  EXPECT_EQ(seen.overwritten, 0);
  std::vector<EmblemSpan> arenas;
  for (const EmblemSpan &arena : seen.arenas) {
    const int64_t begin =
        static_cast<char *>(arena.aligned) - executor.arena.data();
    EXPECT_GE(begin, 0);
    EXPECT_LE(begin + arena.size, executor.arenaBytes);
    if (arena.size != executor.arenaBytes) // a batch that all threads shared
      arenas.push_back(arena);
  }
  std::sort(arenas.begin(), arenas.end(),
            [](const EmblemSpan &a, const EmblemSpan &b) {
              return a.aligned < b.aligned;
            });
  for (size_t i = 0; i < arenas.size(); ++i) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(arenas[i].aligned) % 64, 0u);
    if (i + 1 < arenas.size()) {
      EXPECT_LE(static_cast<char *>(arenas[i].aligned) + arenas[i].size,
                arenas[i + 1].aligned);
    }
  }
}

int64_t mostTokensSeen() {
  return *std::max_element(seen.tokens.begin(), seen.tokens.end());
}

} // namespace

//===----------------------------------------------------------------------===//
// Tests
//===----------------------------------------------------------------------===//

TEST(GroupRunner, PartsOfTheArenaAreApartAndLargeEnough) {
  // Groups as large as a thread's part holds, of sizes that no power of two
  // divides.
  for (int threads : {2, 3, 5, 7})
    for (int64_t tokens : {512, 513, 600, 1001, 2003}) {
      const EmblemModelTable table = fillingModel(1 << 20);
      EmblemOptions options = defaultOptions();
      options.threads = threads;
      options.max_batch_tokens = tokens;
      OwnedModel model = openModel(table, options);
      for (size_t length : {1, 5}) {
        forget();
        const size_t each = size_t(tokens / threads) / length;
        const Sequences sequences =
            evenSequences(each * size_t(threads), length);
        EXPECT_EQ(embed(model.get(), sequences), expectedSums(sequences));
        checkArenas(*model);
        EXPECT_EQ(mostTokensSeen(), int64_t(each * length))
            << threads << " threads, " << tokens << " tokens";
      }
    }
}

TEST(GroupRunner, AnyTextsOnAnyNumberOfThreads) {
  for (int threads : {1, 2, 4, 64, 80})
    for (int64_t batchTokens : {0, 9, 100, 1000}) {
      if (threads > 4 && batchTokens != 0)
        continue; // those are many batches, and no groups
      const EmblemModelTable table = fillingModel(20);
      EmblemOptions options = defaultOptions();
      options.threads = threads;
      options.max_batch_tokens = batchTokens;
      OwnedModel model = openModel(table, options);
      forget();
      for (size_t count : {2, 7, 100, 3000}) {
        const Sequences sequences = randomSequences(count, uint32_t(count));
        EXPECT_EQ(embed(model.get(), sequences), expectedSums(sequences));
      }
      checkArenas(*model);
    }
}

TEST(GroupRunner, MoreGroupsThanThreads) {
  for (int threads : {2, 80}) {
    const EmblemModelTable table = fillingModel(20);
    EmblemOptions options = defaultOptions();
    options.threads = threads;
    OwnedModel model = openModel(table, options);
    forget();
    const size_t texts = size_t(threads) * 40;
    const Sequences sequences = evenSequences(texts, 5);
    EXPECT_EQ(embed(model.get(), sequences), expectedSums(sequences));
    EXPECT_EQ(mostTokensSeen(), 20);
    checkArenas(*model);
  }
}

TEST(GroupRunner, TheSameBitsAsStageByStage) {
  const EmblemModelTable table = fillingModel(64);
  EmblemOptions options = defaultOptions();
  options.threads = 2;
  OwnedModel model = openModel(table, options);
  const Sequences sequences = randomSequences(200, 5);
  const int64_t texts = int64_t(sequences.count());
  std::copy(sequences.offsets.begin(), sequences.offsets.end(), model->offsets);
  CpuExecutor &executor = executorOf(*model);
  const int64_t tokens = sequences.offsets.back();

  forget();
  std::vector<float> inGroups(size_t(texts * dimension), -1);
  runBatch(*model, {.offsets = model->offsets,
                    .sequences = texts,
                    .ids = sequences.ids.data(),
                    .outputs = {{inGroups.data()}}});
  EXPECT_LT(mostTokensSeen(), tokens) << "it ran in groups";

  forget();
  for (int64_t s = 0; s < texts; ++s)
    std::fill(executor.sequences + model->offsets[s],
              executor.sequences + model->offsets[s + 1], int32_t(s));
  std::vector<float> byStages(size_t(texts * dimension), -1);
  StageFailure failure;
  Batch batch = makeBatch(table, {tokens, texts, double(tokens)},
                          {.arena = executor.arena.data(),
                           .arenaBytes = executor.arenaBytes,
                           .ids = sequences.ids.data(),
                           .sequences = executor.sequences,
                           .offsets = model->offsets,
                           .types = nullptr,
                           .pixels = nullptr},
                          {{byStages.data()}}, &failure);
  executor.scheduler.run(batch, nullptr);
  EXPECT_EQ(mostTokensSeen(), tokens);

  EXPECT_EQ(std::memcmp(inGroups.data(), byStages.data(),
                        inGroups.size() * sizeof(float)),
            0);
}

TEST(GroupRunner, TheCallersParallelFor) {
  using Order = EmblemParallelFor;
  const Order inOrder = [](void *calls, int64_t count, EmblemTask task,
                           void *context) {
    ++*static_cast<int *>(calls);
    for (int64_t i = 0; i < count; ++i)
      task(context, i);
  };
  const Order backwards = [](void *calls, int64_t count, EmblemTask task,
                             void *context) {
    ++*static_cast<int *>(calls);
    for (int64_t i = count; i-- > 0;)
      task(context, i);
  };
  const Order allAtOnce = [](void *calls, int64_t count, EmblemTask task,
                             void *context) {
    ++*static_cast<int *>(calls);
    std::vector<std::thread> threads;
    for (int64_t i = 0; i < count; ++i)
      threads.emplace_back(task, context, i);
    for (std::thread &thread : threads)
      thread.join();
  };
  for (Order order : {inOrder, backwards, allAtOnce})
    for (int threads : {1, 3, 8}) {
      const EmblemModelTable table = fillingModel(20);
      int calls = 0;
      EmblemOptions options = defaultOptions();
      options.threads = threads;
      options.parallel_for = order;
      options.parallel_context = &calls;
      OwnedModel model = openModel(table, options);
      forget();
      const Sequences sequences = randomSequences(400, 6);
      EXPECT_EQ(embed(model.get(), sequences), expectedSums(sequences));
      EXPECT_LT(mostTokensSeen(), sequences.offsets.back());
      EXPECT_EQ(calls, 1) << "one call takes all groups through all stages";
      checkArenas(*model);
    }
}

TEST(GroupRunner, MeasuresTheTimeInEachStage) {
  const EmblemModelTable table = fillingModel(64);
  EmblemOptions options = defaultOptions();
  options.threads = 2;
  OwnedModel model = openModel(table, options);
  const Sequences sequences = randomSequences(400, 7);
  std::vector<float> vectors(size_t(dimension) * sequences.count());
  std::vector<int64_t> nanoseconds(std::size(stages), 0);
  forget();
  const int64_t start = emblem::platform::monotonicNanoseconds();
  ASSERT_EQ(embedIds(*model, sequences.ids.data(), nullptr,
                     sequences.offsets.data(), sequences.count(),
                     {{vectors.data()}}, nanoseconds.data()),
            EMBLEM_OK);
  const int64_t wall = emblem::platform::monotonicNanoseconds() - start;
  EXPECT_LT(mostTokensSeen(), sequences.offsets.back()) << "it ran in groups";
  int64_t total = 0;
  for (int64_t time : nanoseconds) {
    EXPECT_GT(time, 0);
    total += time;
  }
  EXPECT_LE(total, 2 * wall);
}

//===- small_model.cpp - A model small enough to compute by hand ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/small_model.h"

#include <atomic>
#include <gtest/gtest.h>
#include <random>

namespace {

std::atomic<int64_t> largest{0};

float *floats(EmblemSpan *span) { return static_cast<float *>(span->aligned); }
const int32_t *ints(EmblemSpan *span) {
  return static_cast<const int32_t *>(span->aligned);
}

/// Arena: [T] ids, then [T] ids by their position.
int32_t embed(EmblemSpan *arena, EmblemSpan *, EmblemSpan *ids,
              EmblemSpan *sequences, EmblemSpan *offsets, EmblemSpan *types,
              EmblemSpan *, EmblemSpan *, int64_t rowBegin, int64_t rowEnd,
              int64_t columnBegin, int64_t columnEnd) {
  for (int64_t seen = largest; seen < ids->size;)
    if (largest.compare_exchange_weak(seen, ids->size))
      break;
  for (int64_t column = columnBegin; column < columnEnd; ++column)
    for (int64_t t = rowBegin; t < rowEnd; ++t) {
      const int64_t position = t - ints(offsets)[ints(sequences)[t]];
      floats(arena)[column * ids->size + t] =
          float(ints(ids)[t]) * float(column == 0 ? 1 : position + 1) +
          (types->size ? float(1000 * ints(types)[t]) : 0);
    }
  return 0;
}

int32_t pool(EmblemSpan *arena, EmblemSpan *, EmblemSpan *ids, EmblemSpan *,
             EmblemSpan *offsets, EmblemSpan *, EmblemSpan *,
             EmblemSpan *vectors, int64_t rowBegin, int64_t rowEnd,
             int64_t columnBegin, int64_t columnEnd) {
  for (int64_t s = rowBegin; s < rowEnd; ++s)
    for (int64_t column = columnBegin; column < columnEnd; ++column) {
      float sum = 0;
      for (int64_t t = ints(offsets)[s]; t < ints(offsets)[s + 1]; ++t)
        sum += floats(arena)[column * ids->size + t];
      floats(vectors)[2 * s + column] = sum;
    }
  return 0;
}

constexpr EmblemStage stages[] = {
    {"embed", embed, nullptr, EMBLEM_ROWS_ARE_TOKENS, 1, 2, 0, 0, 0, 0, 0, 0,
     0},
    {"pool", pool, nullptr, EMBLEM_ROWS_ARE_SEQUENCES, 0, 2, 0, 0, 0, 0, 0, 0,
     0},
};
constexpr EmblemPrompt prompts[] = {{"passage", "of: ", 0, nullptr, nullptr, 0},
                                    {"query", "ask: ", 0, nullptr, nullptr, 0}};

} // namespace

EmblemModelTable smallModel() {
  EmblemModelTable table = {};
  table.magic = EMBLEM_MAGIC;
  table.abi_version = EMBLEM_ABI_VERSION;
  table.architecture = EMBLEM_OWN_ARCHITECTURE;
  table.name = "small";
  table.target = "x86-64-v2";
  table.precision = "f32";
  table.dimension = 2;
  table.vocabulary_size = 100;
  table.max_tokens = 6;
  table.max_positions = 8;
  table.parameters = 7;
  table.arena_bytes_per_token = 2 * sizeof(float);
  table.row_block = 4;
  table.stages = stages;
  table.stage_count = 2;
  table.tokenizer = "words";
  table.tokenizer_bytes = 5;
  table.prompts = prompts;
  table.prompt_count = 2;
  table.default_prompt = "query";
  return table;
}

EmblemModelTable pairModel() {
  EmblemModelTable table = smallModel();
  table.input = EMBLEM_TAKES_PAIRS;
  table.token_types = 2;
  table.prompt_count = 0;
  table.default_prompt = nullptr;
  return table;
}

int64_t largestBatch() { return largest.exchange(0); }

EmblemOptions defaultOptions() {
  EmblemOptions options = {};
  options.size = sizeof(options);
  return options;
}

OwnedModel openModel(const EmblemModelTable &table,
                     const EmblemOptions &options) {
  EmblemModel *model = nullptr;
  EXPECT_EQ(emblem_open(&table, &options, &model), EMBLEM_OK)
      << emblem_last_error();
  return OwnedModel(model);
}

void Sequences::add(const std::vector<int32_t> &sequence) {
  ids.insert(ids.end(), sequence.begin(), sequence.end());
  offsets.push_back(int64_t(ids.size()));
}

std::vector<float> expectedVectors(const Sequences &sequences) {
  std::vector<float> vectors;
  for (size_t s = 0; s < sequences.count(); ++s) {
    int64_t sum = 0, weighted = 0;
    for (int64_t t = sequences.offsets[s]; t < sequences.offsets[s + 1]; ++t) {
      sum += sequences.ids[size_t(t)];
      weighted += sequences.ids[size_t(t)] * (t - sequences.offsets[s] + 1);
      if (!sequences.types.empty()) {
        sum += 1000 * sequences.types[size_t(t)];
        weighted += 1000 * sequences.types[size_t(t)];
      }
    }
    vectors.push_back(float(sum));
    vectors.push_back(float(weighted));
  }
  return vectors;
}

Sequences randomSequences(size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  Sequences sequences;
  for (size_t s = 0; s < count; ++s) {
    std::vector<int32_t> ids(1 + random() % 8);
    for (int32_t &id : ids)
      id = int32_t(random() % 100);
    sequences.add(ids);
  }
  return sequences;
}

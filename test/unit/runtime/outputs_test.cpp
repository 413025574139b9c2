//===- outputs_test.cpp - Several outputs in one pass ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/small_model.h"

#include <gtest/gtest.h>

namespace {

float *floats(EmblemSpan *span) { return static_cast<float *>(span->aligned); }

/// Each token's id and its negative: the second output, [T, 2].
int32_t writeTokens(EmblemSpan *, EmblemSpan *, EmblemSpan *ids, EmblemSpan *,
                    EmblemSpan *, EmblemSpan *, EmblemSpan *, EmblemSpan *rows,
                    int64_t rowBegin, int64_t rowEnd, int64_t, int64_t) {
  for (int64_t t = rowBegin; t < rowEnd; ++t) {
    const float id = float(static_cast<int32_t *>(ids->aligned)[t]);
    floats(rows)[2 * t] = id;
    floats(rows)[2 * t + 1] = -id;
  }
  return 0;
}

constexpr int32_t skipped[] = {7, 11};
constexpr EmblemOutput outputs[] = {
    {"dense", EMBLEM_DENSE, EMBLEM_ROWS_ARE_SEQUENCES, 2, nullptr, 0, 0},
    {"multi_vector", EMBLEM_MULTI_VECTOR, EMBLEM_ROWS_ARE_TOKENS, 2, skipped, 2,
     1}};
constexpr int32_t marker = 5, expansion = 9;
constexpr EmblemPrompt prompts[] = {{"passage", "", 0, nullptr, nullptr, 0},
                                    {"query", "", 5, &marker, &expansion, 1}};

/// The small model with a second output, and prompts with rules.
struct TwoOutputs {
  TwoOutputs() : table(smallModel()) {
    stages.assign(table.stages, table.stages + table.stage_count);
    stages.front().output = -1;
    stages.push_back({"tokens", writeTokens, nullptr, EMBLEM_ROWS_ARE_TOKENS, 1,
                      1, 0, 0, 0, 0, 0, 1, 0});
    table.stages = stages.data();
    table.stage_count = int64_t(stages.size());
    table.outputs = outputs;
    table.output_count = 2;
    table.prompts = prompts;
    table.default_prompt = "passage";
  }
  EmblemModelTable table;
  std::vector<EmblemStage> stages;
};

std::vector<int32_t> encode(EmblemModel *model, const char *prompt,
                            std::string text, bool *truncated = nullptr) {
  std::vector<int32_t> ids(20);
  size_t count = 0;
  EmblemTextInfo info = {};
  EXPECT_EQ(emblem_encode(model, prompt, {text.data(), text.size()}, ids.data(),
                          ids.size(), &count, &info),
            EMBLEM_OK)
      << emblem_last_error();
  ids.resize(count);
  EXPECT_EQ(info.tokens, int64_t(count));
  if (truncated)
    *truncated = info.truncated != 0;
  return ids;
}

} // namespace

TEST(Outputs, AnyNumberOfSequencesAndThreads) {
  TwoOutputs two;
  for (int threads : {1, 2, 5})
    for (size_t count : {1, 7, 64, 500}) {
      EmblemOptions options = defaultOptions();
      options.threads = threads;
      options.max_batch_tokens = 64;
      OwnedModel model = openModel(two.table, options);
      const Sequences sequences = randomSequences(count, uint32_t(count));
      std::vector<float> vectors(2 * count, -1);
      std::vector<float> tokens(2 * sequences.ids.size(), -1);
      float *rows[] = {vectors.data(), tokens.data()};
      ASSERT_EQ(emblem_run(model.get(), sequences.ids.data(),
                           sequences.offsets.data(), count, rows),
                EMBLEM_OK);
      EXPECT_EQ(vectors, expectedVectors(sequences));
      for (size_t t = 0; t < sequences.ids.size(); ++t) {
        EXPECT_EQ(tokens[2 * t], float(sequences.ids[t]));
        EXPECT_EQ(tokens[2 * t + 1], -float(sequences.ids[t]));
      }
    }
}

TEST(Outputs, WhatNobodyWantsIsNotWritten) {
  TwoOutputs two;
  OwnedModel model = openModel(two.table);
  const Sequences sequences = randomSequences(40, 3);
  std::vector<float> tokens(2 * sequences.ids.size(), -1);
  float *onlyTokens[] = {nullptr, tokens.data()};
  ASSERT_EQ(emblem_run(model.get(), sequences.ids.data(),
                       sequences.offsets.data(), sequences.count(), onlyTokens),
            EMBLEM_OK);
  EXPECT_EQ(tokens[0], float(sequences.ids[0]));
  // emblem_embed_ids wants the first output alone.
  std::vector<float> vectors(2 * sequences.count(), -1);
  ASSERT_EQ(emblem_embed_ids(model.get(), sequences.ids.data(),
                             sequences.offsets.data(), sequences.count(),
                             vectors.data()),
            EMBLEM_OK);
  EXPECT_EQ(vectors, expectedVectors(sequences));
}

TEST(Outputs, SayWhatTheyAre) {
  TwoOutputs two;
  OwnedModel model = openModel(two.table);
  ASSERT_EQ(emblem_output_count(model.get()), 2u);
  EmblemOutputInfo info;
  ASSERT_EQ(emblem_output(model.get(), 1, &info), EMBLEM_OK);
  EXPECT_STREQ(info.name, "multi_vector");
  EXPECT_EQ(info.kind, EMBLEM_MULTI_VECTOR);
  EXPECT_EQ(info.per_token, 1);
  EXPECT_EQ(info.width, 2);
  EXPECT_EQ(emblem_output(model.get(), 2, &info), EMBLEM_INVALID_ARGUMENT);
  EXPECT_STREQ(emblem_last_error(), "there is no output 2; the model has 2");

  // A table without a list.
  const EmblemModelTable table = smallModel();
  OwnedModel dense = openModel(table);
  ASSERT_EQ(emblem_output_count(dense.get()), 1u);
  ASSERT_EQ(emblem_output(dense.get(), 0, &info), EMBLEM_OK);
  EXPECT_STREQ(info.name, "dense");
  EXPECT_EQ(info.width, 2);
}

TEST(Outputs, RowsOfTokensAreNoVectors) {
  TwoOutputs two;
  two.table.outputs = outputs + 1;
  two.table.output_count = 1;
  for (EmblemStage &stage : two.stages)
    stage.output = -1;
  two.stages.back().output = 0;
  OwnedModel model = openModel(two.table);
  const int32_t ids[] = {1};
  const int64_t offsets[] = {0, 1};
  float vector[2];
  EXPECT_EQ(emblem_embed_ids(model.get(), ids, offsets, 1, vector),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_STREQ(emblem_last_error(),
               "this model has one row a token and not one a text "
               "(multi_vector); call emblem_run");
  const EmblemText text = {"a", 1};
  EXPECT_EQ(emblem_embed(model.get(), &text, 1, vector, nullptr),
            EMBLEM_INVALID_ARGUMENT);
}

// The fake tokenizer: 1, 10 + the length of each word, 2.
TEST(Outputs, PromptsHaveRules) {
  TwoOutputs two;
  OwnedModel model = openModel(two.table);
  using Ids = std::vector<int32_t>;
  bool truncated;
  EXPECT_EQ(encode(model.get(), nullptr, "a bb"), (Ids{1, 11, 12, 2}));
  EXPECT_EQ(encode(model.get(), "query", "a"), (Ids{1, 5, 11, 2, 9}));
  EXPECT_EQ(encode(model.get(), "query", "a bb", &truncated),
            (Ids{1, 5, 11, 12, 2}));
  EXPECT_FALSE(truncated);
  EXPECT_EQ(encode(model.get(), "query", "a bb ccc", &truncated),
            (Ids{1, 5, 11, 12, 2}));
  EXPECT_TRUE(truncated);
  size_t count;
  EXPECT_EQ(
      emblem_encode(model.get(), "qu", {"a", 1}, nullptr, 0, &count, nullptr),
      EMBLEM_INVALID_ARGUMENT);
  EXPECT_STREQ(emblem_last_error(), "no prompt is named 'qu'");
}

TEST(Outputs, SomeTokensDoNotCount) {
  TwoOutputs two;
  OwnedModel model = openModel(two.table);
  EmblemModel *m = model.get();
  EXPECT_EQ(emblem_counts(m, 0, nullptr, 0, 7), 1); // a text's own row
  EXPECT_EQ(emblem_counts(m, 1, nullptr, 0, 1), 0); // the first
  EXPECT_EQ(emblem_counts(m, 1, nullptr, 1, 1), 1);
  EXPECT_EQ(emblem_counts(m, 1, nullptr, 1, 11), 0); // of a skipped id
  EXPECT_EQ(emblem_counts(m, 1, "query", 0, 11), 1);
  EXPECT_EQ(emblem_counts(m, 2, nullptr, 1, 1), 0); // no such output
}

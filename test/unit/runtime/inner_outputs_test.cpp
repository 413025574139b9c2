//===- inner_outputs_test.cpp - Rows inside of a model, on request --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/small_model.h"

#include <atomic>
#include <gtest/gtest.h>

namespace {

std::atomic<int> tokenCalls{0}, rawCalls{0};

float *floats(EmblemSpan *span) { return static_cast<float *>(span->aligned); }

/// Each token's id and its negative: [T, 2].
int32_t writeTokens(EmblemSpan *, EmblemSpan *, EmblemSpan *ids, EmblemSpan *,
                    EmblemSpan *, EmblemSpan *, EmblemSpan *, EmblemSpan *rows,
                    int64_t rowBegin, int64_t rowEnd, int64_t, int64_t) {
  ++tokenCalls;
  for (int64_t t = rowBegin; t < rowEnd; ++t) {
    const float id = float(static_cast<int32_t *>(ids->aligned)[t]);
    floats(rows)[2 * t] = id;
    floats(rows)[2 * t + 1] = -id;
  }
  return 0;
}

/// A text's number of tokens, and 7: [S, 2].
int32_t writeRaw(EmblemSpan *, EmblemSpan *, EmblemSpan *, EmblemSpan *,
                 EmblemSpan *offsets, EmblemSpan *, EmblemSpan *,
                 EmblemSpan *rows, int64_t rowBegin, int64_t rowEnd, int64_t,
                 int64_t) {
  ++rawCalls;
  const auto *ends = static_cast<int32_t *>(offsets->aligned);
  for (int64_t s = rowBegin; s < rowEnd; ++s) {
    floats(rows)[2 * s] = float(ends[s + 1] - ends[s]);
    floats(rows)[2 * s + 1] = 7;
  }
  return 0;
}

/// Is needed for the raw rows alone, and writes none.
int32_t prepareRaw(EmblemSpan *, EmblemSpan *, EmblemSpan *, EmblemSpan *,
                   EmblemSpan *, EmblemSpan *, EmblemSpan *, EmblemSpan *,
                   int64_t, int64_t, int64_t, int64_t) {
  ++rawCalls;
  return 0;
}

constexpr EmblemOutput inner[] = {
    {"tokens", EMBLEM_TOKENS, EMBLEM_ROWS_ARE_TOKENS, 2, nullptr, 0, 0},
    {"raw", EMBLEM_RAW, EMBLEM_ROWS_ARE_SEQUENCES, 2, nullptr, 0, 0}};

/// The small model, which has its tokens' rows and raw ones inside.
struct WithInner {
  WithInner() : table(smallModel()) {
    stages.assign(table.stages, table.stages + table.stage_count);
    stages.front().output = -1;
    stages.back().needed_for = 1;
    stages.insert(stages.begin() + 1,
                  {{"output.tokens", writeTokens, nullptr,
                    EMBLEM_ROWS_ARE_TOKENS, 1, 1, 0, 0, 0, 0, 0, 1, 2},
                   {"pool.raw", prepareRaw, nullptr, EMBLEM_ROWS_ARE_SEQUENCES,
                    0, 1, 0, 0, 0, 0, 0, -1, 4},
                   {"output.raw", writeRaw, nullptr, EMBLEM_ROWS_ARE_SEQUENCES,
                    1, 1, 0, 0, 0, 0, 0, 2, 4}});
    table.stages = stages.data();
    table.stage_count = int64_t(stages.size());
    table.inner = inner;
    table.inner_count = 2;
    table.last_step = EMBLEM_ENDS_IN_NORMALIZE;
  }
  EmblemModelTable table;
  std::vector<EmblemStage> stages;
};

} // namespace

TEST(InnerOutputs, RunNothingWhereTheyAreNotAskedFor) {
  WithInner with;
  for (int threads : {1, 3}) {
    EmblemOptions options = defaultOptions();
    options.threads = threads;
    OwnedModel model = openModel(with.table, options);
    const Sequences sequences = randomSequences(100, 5);
    std::vector<float> vectors(2 * sequences.count(), -1);
    tokenCalls = rawCalls = 0;
    ASSERT_EQ(emblem_embed_ids(model.get(), sequences.ids.data(),
                               sequences.offsets.data(), sequences.count(),
                               vectors.data()),
              EMBLEM_OK);
    EXPECT_EQ(vectors, expectedVectors(sequences));
    EXPECT_EQ(tokenCalls, 0);
    EXPECT_EQ(rawCalls, 0);
  }
}

TEST(InnerOutputs, ComeWithTheOthersOrAlone) {
  WithInner with;
  for (int threads : {1, 3})
    for (bool alone : {true, false}) {
      EmblemOptions options = defaultOptions();
      options.threads = threads;
      options.max_batch_tokens = 64;
      OwnedModel model = openModel(with.table, options);
      const Sequences sequences = randomSequences(200, 6);
      std::vector<float> vectors(2 * sequences.count(), -1),
          raw(vectors.size(), -1), tokens(2 * sequences.ids.size(), -1);
      float *outputs[] = {vectors.data()};
      EmblemRows rows = {sizeof(rows), alone ? nullptr : outputs, tokens.data(),
                         raw.data()};
      ASSERT_EQ(emblem_run_with(model.get(), sequences.ids.data(), nullptr,
                                sequences.offsets.data(), sequences.count(),
                                &rows),
                EMBLEM_OK)
          << emblem_last_error();
      if (!alone) {
        EXPECT_EQ(vectors, expectedVectors(sequences));
      }
      for (size_t t = 0; t < sequences.ids.size(); ++t)
        ASSERT_EQ(tokens[2 * t + 1], -float(sequences.ids[t]));
      for (size_t s = 0; s < sequences.count(); ++s)
        ASSERT_EQ(raw[2 * s],
                  float(sequences.offsets[s + 1] - sequences.offsets[s]));
    }
}

TEST(InnerOutputs, AreWhatACallEndsWith) {
  WithInner with;
  OwnedModel model = openModel(with.table);
  const EmblemText text = {"a bb", 4}; // ids 1, 11, 12, 2
  float vector[2];
  EmblemCallOptions call = {};
  call.size = sizeof(call);
  call.finish = EMBLEM_FINISH_RAW;
  ASSERT_EQ(emblem_embed_with(model.get(), &call, &text, 1, vector, nullptr),
            EMBLEM_OK);
  EXPECT_EQ(vector[0], 4);
  EXPECT_EQ(vector[1], 7);
  // A model that ends as it is has nothing before that.
  with.table.last_step = EMBLEM_ENDS_AS_IT_IS;
  ASSERT_EQ(emblem_embed_with(model.get(), &call, &text, 1, vector, nullptr),
            EMBLEM_OK);
  EXPECT_EQ(vector[0], 26);
  call.finish = EMBLEM_FINISH_NORMALIZED;
  ASSERT_EQ(emblem_embed_with(model.get(), &call, &text, 1, vector, nullptr),
            EMBLEM_OK);
  EXPECT_FLOAT_EQ(vector[0] * vector[0] + vector[1] * vector[1], 1);
}

TEST(InnerOutputs, AreRefusedWhereThereAreNone) {
  const EmblemModelTable table = smallModel();
  OwnedModel model = openModel(table);
  EmblemOutputInfo info;
  EXPECT_EQ(emblem_inner(model.get(), EMBLEM_TOKENS, &info), EMBLEM_NOT_KNOWN);
  EXPECT_STREQ(emblem_last_error(),
               "a vector a token is not to be had of this model");
  const int32_t ids[] = {1};
  const int64_t offsets[] = {0, 1};
  float row[2];
  const EmblemRows rows = {sizeof(rows), nullptr, row, nullptr};
  EXPECT_EQ(emblem_run_with(model.get(), ids, nullptr, offsets, 1, &rows),
            EMBLEM_NOT_KNOWN);
}

TEST(InnerOutputs, OfATableAreChecked) {
  WithInner with;
  EmblemModel *model = nullptr;
  const EmblemOptions options = defaultOptions();
  with.table.inner_count = 7;
  EXPECT_EQ(emblem_open(&with.table, &options, &model), EMBLEM_CANNOT_LOAD);
  with.table.inner_count = 2;
  EmblemOutput wrong[] = {inner[0], inner[1]};
  wrong[1].width = 3;
  with.table.inner = wrong;
  EXPECT_EQ(emblem_open(&with.table, &options, &model), EMBLEM_CANNOT_LOAD);
  with.table.inner = inner;
  with.stages.back().output = 3;
  EXPECT_EQ(emblem_open(&with.table, &options, &model), EMBLEM_CANNOT_LOAD);
}

TEST(CallOptions, CutATextACall) {
  const EmblemModelTable table = smallModel();
  OwnedModel model = openModel(table);
  const EmblemText text = {"a bb ccc", 8};
  EmblemToken tokens[8];
  size_t count;
  EmblemTextInfo info;
  EmblemCallOptions call = {};
  call.size = sizeof(call);
  call.max_tokens = 4;
  ASSERT_EQ(
      emblem_read(model.get(), &call, text, nullptr, tokens, 8, &count, &info),
      EMBLEM_OK);
  EXPECT_EQ(count, 4u);
  EXPECT_EQ(info.truncated, 1);
  call.cut = EMBLEM_CUT_REFUSE;
  float vector[2];
  EXPECT_EQ(emblem_embed_with(model.get(), &call, &text, 1, vector, nullptr),
            EMBLEM_TEXT_TOO_LONG);
  EXPECT_STREQ(emblem_last_error(), "text 0 has more than 4 tokens; shorten "
                                    "it, or let texts be cut");
  call.max_tokens = 7;
  EXPECT_EQ(emblem_embed_with(model.get(), &call, &text, 1, vector, nullptr),
            EMBLEM_INVALID_ARGUMENT);
  call = {};
  EXPECT_EQ(emblem_embed_with(model.get(), &call, &text, 1, vector, nullptr),
            EMBLEM_INVALID_ARGUMENT)
      << "a size of 0";
  call.size = sizeof(call);
  call.side = 3;
  EXPECT_EQ(emblem_embed_with(model.get(), &call, &text, 1, vector, nullptr),
            EMBLEM_INVALID_ARGUMENT);
}

TEST(Prompts, AreListed) {
  const EmblemModelTable table = smallModel();
  OwnedModel model = openModel(table);
  ASSERT_EQ(emblem_prompt_count(model.get()), 2u);
  EmblemPromptInfo info;
  ASSERT_EQ(emblem_prompt_info(model.get(), 1, &info), EMBLEM_OK);
  EXPECT_STREQ(info.name, "query");
  EXPECT_STREQ(info.text, "ask: ");
  EXPECT_EQ(info.is_default, 1);
  EXPECT_EQ(emblem_prompt_info(model.get(), 2, &info), EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(emblem_label(model.get(), 0), nullptr);
}

//===- embed_texts_test.cpp - Vectors from texts --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/small_model.h"

#include <gtest/gtest.h>
#include <sstream>
#include <string>

namespace {

std::vector<EmblemText> views(const std::vector<std::string> &texts) {
  std::vector<EmblemText> views;
  for (const std::string &text : texts)
    views.push_back({text.data(), text.size()});
  return views;
}

/// What fake_tokenizer.cpp makes of the texts, where the model cuts at 6.
Sequences wordIds(const std::vector<std::string> &texts) {
  Sequences sequences;
  for (const std::string &text : texts) {
    std::vector<int32_t> ids = {1};
    std::istringstream words(text);
    for (std::string word; words >> word && ids.size() < 5;)
      ids.push_back(10 + int32_t(word.size()));
    ids.push_back(2);
    sequences.add(ids);
  }
  return sequences;
}

std::vector<std::string> manyTexts(size_t count) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) {
    std::string text;
    for (size_t word = 0; word < i % 7; ++word)
      text += std::string(1 + (i + word) % 11, 'x') + " ";
    texts.push_back(text);
  }
  return texts;
}

void onThisThread(void *context, int64_t count, EmblemTask task,
                  void *taskContext) {
  ++*static_cast<int *>(context);
  for (int64_t i = 0; i < count; ++i)
    task(taskContext, i);
}

} // namespace

TEST(EmbedTexts, AnyNumberOfTextsThreadsAndBatchTokens) {
  const EmblemModelTable table = smallModel();
  for (int threads : {1, 2, 5})
    for (int64_t batchTokens : {0, 8, 64})
      for (size_t count : {1, 3, 255, 256, 257, 3000}) {
        EmblemOptions options = defaultOptions();
        options.threads = threads;
        options.max_batch_tokens = batchTokens;
        OwnedModel model = openModel(table, options);
        const std::vector<std::string> texts = manyTexts(count);
        std::vector<float> vectors(2 * count, -1);
        std::vector<EmblemTextInfo> infos(count);
        largestBatch();
        ASSERT_EQ(emblem_embed(model.get(), views(texts).data(), count,
                               vectors.data(), infos.data()),
                  EMBLEM_OK)
            << emblem_last_error();
        const Sequences ids = wordIds(texts);
        ASSERT_EQ(vectors, expectedVectors(ids));
        for (size_t i = 0; i < count; ++i) {
          ASSERT_EQ(infos[i].tokens, ids.offsets[i + 1] - ids.offsets[i]);
          ASSERT_EQ(infos[i].truncated, i % 7 > 4);
        }
        if (batchTokens != 0) {
          EXPECT_LE(largestBatch(), batchTokens);
        }
      }
}

TEST(EmbedTexts, TheCallersParallelFor) {
  const EmblemModelTable table = smallModel();
  int calls = 0;
  EmblemOptions options = defaultOptions();
  options.threads = 3;
  options.parallel_for = onThisThread;
  options.parallel_context = &calls;
  OwnedModel model = openModel(table, options);
  const std::vector<std::string> texts = manyTexts(700);
  std::vector<float> vectors(2 * texts.size());
  ASSERT_EQ(emblem_embed(model.get(), views(texts).data(), texts.size(),
                         vectors.data(), nullptr),
            EMBLEM_OK);
  EXPECT_EQ(vectors, expectedVectors(wordIds(texts)));
  EXPECT_GT(calls, 0);
}

TEST(EmbedTexts, AnEmptyTextHasItsSpecialTokens) {
  const EmblemModelTable table = smallModel();
  OwnedModel model = openModel(table);
  const EmblemText text = {nullptr, 0};
  float vector[2];
  EmblemTextInfo info;
  ASSERT_EQ(emblem_embed(model.get(), &text, 1, vector, &info), EMBLEM_OK);
  EXPECT_EQ(info.tokens, 2);
  EXPECT_EQ(vector[0], 3);
  EXPECT_EQ(vector[1], 5);
}

TEST(EmbedTexts, ATextWithoutAnyTokenIsAZeroVector) {
  EmblemModelTable table = smallModel();
  table.tokenizer = "bare ";
  OwnedModel model = openModel(table);
  const std::vector<std::string> texts = {"", "abc", "", "", "ab c", ""};
  std::vector<float> vectors(12, -1);
  ASSERT_EQ(emblem_embed(model.get(), views(texts).data(), 6, vectors.data(),
                         nullptr),
            EMBLEM_OK);
  EXPECT_EQ(vectors,
            (std::vector<float>{0, 0, 13, 13, 0, 0, 0, 0, 23, 34, 0, 0}));
}

TEST(EmbedTexts, NoTexts) {
  const EmblemModelTable table = smallModel();
  OwnedModel model = openModel(table);
  EXPECT_EQ(emblem_embed(model.get(), nullptr, 0, nullptr, nullptr), EMBLEM_OK);
}

TEST(EmbedTexts, OverflowIsRefusedWhereAskedFor) {
  const EmblemModelTable table = smallModel();
  EmblemOptions options = defaultOptions();
  options.overflow = EMBLEM_ERROR;
  OwnedModel model = openModel(table, options);
  const std::vector<std::string> texts = {"a b c d", "a b c d e"};
  float vectors[4];
  EXPECT_EQ(emblem_embed(model.get(), views(texts).data(), 1, vectors, nullptr),
            EMBLEM_OK);
  EXPECT_EQ(emblem_embed(model.get(), views(texts).data(), 2, vectors, nullptr),
            EMBLEM_TEXT_TOO_LONG);
  EXPECT_STREQ(
      emblem_last_error(),
      "text 1 has more than 6 tokens; shorten it, or let texts be cut");
  size_t count;
  EXPECT_EQ(emblem_tokenize(model.get(), views(texts)[1], nullptr, 0, &count,
                            nullptr),
            EMBLEM_TEXT_TOO_LONG);
}

TEST(EmbedTexts, RefusesWithoutATokenizer) {
  EmblemModelTable table = smallModel();
  table.tokenizer = nullptr;
  OwnedModel model = openModel(table);
  const EmblemText text = {"hello", 5};
  float vector[2];
  EXPECT_EQ(emblem_embed(model.get(), &text, 1, vector, nullptr),
            EMBLEM_NO_TOKENIZER);
  EXPECT_STREQ(emblem_last_error(),
               "this model was compiled without a tokenizer; give token ids to "
               "emblem_embed_ids");
  size_t count;
  EXPECT_EQ(emblem_tokenize(model.get(), text, nullptr, 0, &count, nullptr),
            EMBLEM_NO_TOKENIZER);
}

TEST(EmbedTexts, RefusesNull) {
  const EmblemModelTable table = smallModel();
  OwnedModel model = openModel(table);
  const EmblemText texts[] = {{"a", 1}, {nullptr, 3}};
  float vectors[4];
  EXPECT_EQ(emblem_embed(nullptr, texts, 1, vectors, nullptr),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(emblem_embed(model.get(), nullptr, 1, vectors, nullptr),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(emblem_embed(model.get(), texts, 1, nullptr, nullptr),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(emblem_embed(model.get(), texts, 2, vectors, nullptr),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_STREQ(emblem_last_error(), "text 1 has bytes and its data is null");
  size_t count;
  EXPECT_EQ(emblem_tokenize(model.get(), texts[1], nullptr, 0, &count, nullptr),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(emblem_tokenize(model.get(), texts[0], nullptr, 4, &count, nullptr),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(
      emblem_tokenize(model.get(), texts[0], nullptr, 0, nullptr, nullptr),
      EMBLEM_INVALID_ARGUMENT);
}

TEST(Tokenize, WritesWhatThereIsRoomForAndCountsAll) {
  const EmblemModelTable table = smallModel();
  OwnedModel model = openModel(table);
  const EmblemText text = {"a bb ccc dddd eeeee", 19};
  int32_t ids[8] = {-1, -1, -1, -1, -1, -1, -1, -1};
  size_t count;
  EmblemTextInfo info;
  ASSERT_EQ(emblem_tokenize(model.get(), text, ids, 3, &count, &info),
            EMBLEM_OK);
  EXPECT_EQ(count, 6u);
  EXPECT_EQ(info.tokens, 6);
  EXPECT_EQ(info.truncated, 1);
  EXPECT_EQ(ids[2], 12);
  EXPECT_EQ(ids[3], -1);
  ASSERT_EQ(emblem_tokenize(model.get(), text, ids, 8, &count, nullptr),
            EMBLEM_OK);
  EXPECT_EQ(ids[5], 2);
  EXPECT_EQ(ids[6], -1);
}

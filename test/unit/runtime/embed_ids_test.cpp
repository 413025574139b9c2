//===- embed_ids_test.cpp - Vectors from the caller's token ids -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/small_model.h"

#include <gtest/gtest.h>
#include <thread>

namespace {

std::vector<float> embed(EmblemModel *model, const Sequences &sequences) {
  std::vector<float> vectors(2 * sequences.count(), -1);
  EXPECT_EQ(emblem_embed_ids(model, sequences.ids.data(),
                             sequences.offsets.data(), sequences.count(),
                             vectors.data()),
            EMBLEM_OK)
      << emblem_last_error();
  return vectors;
}

/// What emblem_embed_ids says of a call that it must refuse.
std::string refusal(const Sequences &sequences, EmblemStatus status) {
  const EmblemModelTable table = smallModel();
  OwnedModel model = openModel(table);
  std::vector<float> vectors(2 * sequences.count(), -1);
  EXPECT_EQ(emblem_embed_ids(model.get(), sequences.ids.data(),
                             sequences.offsets.data(), sequences.count(),
                             vectors.data()),
            status);
  for (float value : vectors)
    EXPECT_EQ(value, -1) << "nothing is written";
  return emblem_last_error();
}

} // namespace

TEST(EmbedIds, AnyNumberOfSequencesThreadsAndBatchTokens) {
  const EmblemModelTable table = smallModel();
  for (int threads : {1, 2, 5})
    for (int64_t batchTokens : {0, 8, 9, 64}) {
      EmblemOptions options = defaultOptions();
      options.threads = threads;
      options.max_batch_tokens = batchTokens;
      OwnedModel model = openModel(table, options);
      largestBatch();
      for (size_t count : {1, 2, 7, 64, 1000}) {
        const Sequences sequences = randomSequences(count, uint32_t(count));
        EXPECT_EQ(embed(model.get(), sequences), expectedVectors(sequences));
      }
      if (batchTokens != 0) {
        EXPECT_LE(largestBatch(), batchTokens);
      }
    }
}

TEST(EmbedIds, OffsetsMayStartAnywhere) {
  const EmblemModelTable table = smallModel();
  OwnedModel model = openModel(table);
  const int32_t ids[] = {-1, -1, 5, 6};
  const int64_t offsets[] = {2, 4};
  float vector[2];
  ASSERT_EQ(emblem_embed_ids(model.get(), ids, offsets, 1, vector), EMBLEM_OK);
  EXPECT_EQ(vector[0], 11);
  EXPECT_EQ(vector[1], 17);
}

TEST(EmbedIds, NoSequences) {
  const EmblemModelTable table = smallModel();
  OwnedModel model = openModel(table);
  EXPECT_EQ(emblem_embed_ids(model.get(), nullptr, nullptr, 0, nullptr),
            EMBLEM_OK);
}

TEST(EmbedIds, RefusesIdsOutsideTheVocabulary) {
  Sequences sequences;
  sequences.add({1, 2});
  sequences.add({3, 4, 100});
  EXPECT_EQ(refusal(sequences, EMBLEM_ID_OUT_OF_RANGE),
            "sequence 1, index 2: the token id is 100; it must be 0 to 99");
  sequences.ids[4] = -7;
  EXPECT_EQ(refusal(sequences, EMBLEM_ID_OUT_OF_RANGE),
            "sequence 1, index 2: the token id is -7; it must be 0 to 99");
}

TEST(EmbedIds, RefusesTooLongSequences) {
  Sequences sequences;
  sequences.add({1, 2, 3, 4, 5, 6, 7, 8});
  sequences.add({1, 2, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_EQ(refusal(sequences, EMBLEM_SEQUENCE_TOO_LONG),
            "sequence 1 has 9 token ids; this model takes at most 8");
}

TEST(EmbedIds, RefusesEmptySequencesAndFallingOffsets) {
  Sequences sequences;
  sequences.add({1, 2});
  sequences.add({});
  EXPECT_EQ(refusal(sequences, EMBLEM_INVALID_ARGUMENT),
            "sequence 1 has no token ids; it must have at least one");
  sequences.offsets = {0, 2, 1};
  EXPECT_EQ(refusal(sequences, EMBLEM_INVALID_ARGUMENT),
            "offsets[1] is 2 and offsets[2] is 1; offsets must rise");
  sequences.offsets = {-1, 2};
  EXPECT_EQ(refusal(sequences, EMBLEM_INVALID_ARGUMENT),
            "offsets[0] is -1; it must not be negative");
}

TEST(EmbedIds, RefusesNull) {
  const EmblemModelTable table = smallModel();
  OwnedModel model = openModel(table);
  const int32_t id = 1;
  const int64_t offsets[] = {0, 1};
  float vector[2];
  EXPECT_EQ(emblem_embed_ids(nullptr, &id, offsets, 1, vector),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(emblem_embed_ids(model.get(), nullptr, offsets, 1, vector),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_STREQ(emblem_last_error(), "ids is null");
  EXPECT_EQ(emblem_embed_ids(model.get(), &id, nullptr, 1, vector),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_STREQ(emblem_last_error(), "offsets is null");
  EXPECT_EQ(emblem_embed_ids(model.get(), &id, offsets, 1, nullptr),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_STREQ(emblem_last_error(), "vectors is null");
}

TEST(EmbedIds, ThreadsTakeTurnsOnOneModelAndHaveTheirOwnErrors) {
  const EmblemModelTable table = smallModel();
  EmblemOptions options = defaultOptions();
  options.threads = 2;
  OwnedModel model = openModel(table, options);
  const auto use = [&](uint32_t seed) {
    for (uint32_t i = 0; i < 100; ++i) {
      const Sequences sequences = randomSequences(1 + i % 40, seed + i);
      ASSERT_EQ(embed(model.get(), sequences), expectedVectors(sequences));
      Sequences wrong;
      wrong.add({int32_t(1000 + seed)});
      float vector[2];
      ASSERT_EQ(emblem_embed_ids(model.get(), wrong.ids.data(),
                                 wrong.offsets.data(), 1, vector),
                EMBLEM_ID_OUT_OF_RANGE);
      ASSERT_NE(
          std::string(emblem_last_error()).find(std::to_string(1000 + seed)),
          std::string::npos);
    }
  };
  std::thread users[] = {std::thread(use, 100), std::thread(use, 200),
                         std::thread(use, 300), std::thread(use, 400)};
  for (std::thread &user : users)
    user.join();
}

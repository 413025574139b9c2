//===- score_test.cpp - Pairs in, scores out ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/small_model.h"

#include <gtest/gtest.h>
#include <string_view>

namespace {

EmblemText text(std::string_view words) { return {words.data(), words.size()}; }

/// `count` random pairs, as ids and types.
Sequences randomPairs(size_t count) {
  Sequences pairs = randomSequences(count, 11);
  for (size_t s = 0; s < pairs.count(); ++s)
    for (int64_t t = pairs.offsets[s]; t < pairs.offsets[s + 1]; ++t)
      pairs.types.push_back(2 * (t - pairs.offsets[s]) >=
                            pairs.offsets[s + 1] - pairs.offsets[s]);
  return pairs;
}

TEST(Score, EveryTokenKeepsItsTypeInAnyBatchAndGroup) {
  const EmblemModelTable table = pairModel();
  const Sequences pairs = randomPairs(300);
  for (int threads : {1, 2, 5})
    for (int64_t most : {8, 40, 0}) {
      EmblemOptions options = defaultOptions();
      options.threads = threads;
      options.max_batch_tokens = most;
      OwnedModel model = openModel(table, options);
      std::vector<float> scores(2 * pairs.count(), -1);
      ASSERT_EQ(emblem_score_ids(model.get(), pairs.ids.data(),
                                 pairs.types.data(), pairs.offsets.data(),
                                 pairs.count(), scores.data()),
                EMBLEM_OK)
          << emblem_last_error();
      EXPECT_EQ(scores, expectedVectors(pairs)) << threads << " " << most;
    }
}

TEST(Score, PairsAreTokenizedTogether) {
  const EmblemModelTable table = pairModel();
  OwnedModel model = openModel(table);
  const EmblemPair pairs[] = {{text("ab"), text("abc d")},
                              {text(""), text("a b c d e")}};
  float scores[4];
  EmblemTextInfo infos[2];
  ASSERT_EQ(emblem_score(model.get(), pairs, 2, scores, infos), EMBLEM_OK)
      << emblem_last_error();
  Sequences expected;
  expected.add({1, 12, 2, 13, 11, 2});
  expected.add({1, 2, 11, 11, 11, 2}); // cut
  expected.types = {0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1};
  EXPECT_EQ(std::vector<float>(scores, scores + 4), expectedVectors(expected));
  EXPECT_EQ(infos[0].tokens, 6);
  EXPECT_FALSE(infos[0].truncated);
  EXPECT_TRUE(infos[1].truncated);

  int32_t ids[6], types[6];
  size_t count = 0;
  ASSERT_EQ(emblem_tokenize_pair(model.get(), pairs[0], ids, types, 6, &count,
                                 nullptr),
            EMBLEM_OK);
  EXPECT_EQ(std::vector<int32_t>(ids, ids + count),
            (std::vector<int32_t>{1, 12, 2, 13, 11, 2}));
  EXPECT_EQ(std::vector<int32_t>(types, types + count),
            (std::vector<int32_t>{0, 0, 0, 1, 1, 1}));
}

TEST(Score, RefusesWhatIsWrong) {
  const EmblemModelTable table = pairModel();
  EmblemOptions options = defaultOptions();
  options.overflow = EMBLEM_ERROR;
  OwnedModel model = openModel(table, options);
  const int32_t ids[] = {1, 2}, types[] = {0, 2};
  const int64_t offsets[] = {0, 2};
  float scores[2];
  EXPECT_EQ(emblem_score_ids(model.get(), ids, nullptr, offsets, 1, scores),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_STREQ(emblem_last_error(),
               "types is null, and this model tells 2 token types apart");
  EXPECT_EQ(emblem_score_ids(model.get(), ids, types, offsets, 1, scores),
            EMBLEM_ID_OUT_OF_RANGE);
  EXPECT_STREQ(emblem_last_error(),
               "sequence 0, index 1: the token type is 2; it must be 0 to 1");
  const EmblemPair longer = {text("a b c"), text("a b c")};
  EXPECT_EQ(emblem_score(model.get(), &longer, 1, scores, nullptr),
            EMBLEM_TEXT_TOO_LONG);
  const EmblemPair noData = {{nullptr, 1}, text("a")};
  EXPECT_EQ(emblem_score(model.get(), &noData, 1, scores, nullptr),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(emblem_score(nullptr, &longer, 1, scores, nullptr),
            EMBLEM_INVALID_ARGUMENT);
}

TEST(Score, EachKindOfModelHasItsOwnFunctions) {
  const EmblemModelTable pairs = pairModel(), texts = smallModel();
  OwnedModel reranker = openModel(pairs), embedder = openModel(texts);
  const EmblemText one = text("a");
  const EmblemPair two = {one, one};
  float result[2];
  EXPECT_EQ(emblem_embed(reranker.get(), &one, 1, result, nullptr),
            EMBLEM_WRONG_KIND);
  EXPECT_STREQ(emblem_last_error(),
               "this model scores pairs of texts and embeds none; call "
               "emblem_score");
  EXPECT_EQ(emblem_score(embedder.get(), &two, 1, result, nullptr),
            EMBLEM_WRONG_KIND);
  EXPECT_STREQ(emblem_last_error(), "this model embeds texts alone; call "
                                    "emblem_embed");
  EmblemModelInfo info;
  emblem_info(reranker.get(), &info);
  EXPECT_TRUE(info.pairs);
  emblem_info(embedder.get(), &info);
  EXPECT_FALSE(info.pairs);
}

} // namespace

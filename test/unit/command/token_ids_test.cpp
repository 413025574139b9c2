//===- token_ids_test.cpp - Lines of ids, cut vectors, random batches -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/bench_work.h"
#include "runtime/command/cut_vector.h"
#include "runtime/command/embed_batch.h"
#include "runtime/command/json_text.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace emblem::command;

namespace {

EmblemModelInfo smallModel() {
  EmblemModelInfo info = {};
  info.vocabulary_size = 100;
  info.max_positions = 4;
  return info;
}

TEST(TokenIds, Reads) {
  std::vector<int32_t> ids = {7};
  EXPECT_EQ(parseTokenIds("  0 99\t5 \r", smallModel(), ids), "");
  EXPECT_EQ(ids, (std::vector<int32_t>{7, 0, 99, 5}));
}

TEST(TokenIds, Refuses) {
  std::vector<int32_t> ids;
  auto problem = [&](std::string_view line) {
    return parseTokenIds(line, smallModel(), ids);
  };
  EXPECT_EQ(problem("1 100"), "token id 100 is out of range; the vocabulary "
                              "has ids 0 to 99");
  EXPECT_EQ(problem("-1"), "token id -1 is out of range; the vocabulary has "
                           "ids 0 to 99");
  EXPECT_EQ(problem("4294967297"), "token id 4294967297 is out of range; the "
                                   "vocabulary has ids 0 to 99");
  EXPECT_EQ(problem("1 two"), "'two' is no token id; expected whole numbers "
                              "separated by spaces");
  EXPECT_EQ(problem("1,2"), "'1,2' is no token id; expected whole numbers "
                            "separated by spaces");
  EXPECT_EQ(problem(" "), "no token ids; a sequence needs at least one");
  EXPECT_EQ(problem("1 2 3 4 5"),
            "5 token ids, and the model has only 4 positions");
}

TEST(CutVector, ScalesWhatIsLeftToLengthOne) {
  float vector[] = {3, 4, 12};
  cutVector(vector, 3, 3);
  EXPECT_EQ(vector[0], 3);
  cutVector(vector, 3, 2);
  EXPECT_FLOAT_EQ(vector[0], 0.6f);
  EXPECT_FLOAT_EQ(vector[1], 0.8f);
  float zero[] = {0, 0, 1};
  cutVector(zero, 3, 2);
  EXPECT_EQ(zero[0], 0);
}

TEST(RandomBatch, HasTheShapeAndTheVocabulary) {
  RandomBatch batch({3, 5}, 20);
  EXPECT_EQ(batch.offsets, (std::vector<int64_t>{0, 5, 10, 15}));
  ASSERT_EQ(batch.ids.size(), 15u);
  auto [least, most] = std::minmax_element(batch.ids.begin(), batch.ids.end());
  EXPECT_GE(*least, 0);
  EXPECT_LT(*most, 20);
  EXPECT_NE(*least, *most);
}

TEST(BenchWork, CountsRowsAndPairs) {
  EmblemStage stage = {};
  stage.rows = EMBLEM_ROWS_ARE_TOKENS;
  stage.flops_per_row = 10;
  stage.flops_per_pair = 1;
  stage.bytes_fixed = 1000;
  stage.bytes_per_row = 4;
  EXPECT_EQ(stageFlops(stage, {2, 3}), 10 * 6 + 2 * 9);
  EXPECT_EQ(stageBytes(stage, {2, 3}), 1000 + 4 * 6);
  stage.rows = EMBLEM_ROWS_ARE_SEQUENCES;
  EXPECT_EQ(stageFlops(stage, {2, 3}), 10 * 2 + 2 * 9);
  EXPECT_EQ(stageBytes(stage, {2, 3}), 1000 + 4 * 2);
}

TEST(JsonText, Escapes) {
  EXPECT_EQ(jsonString("a\"b\\c\n\x01é"), "\"a\\\"b\\\\c\\u000a\\u0001é\"");
}

} // namespace

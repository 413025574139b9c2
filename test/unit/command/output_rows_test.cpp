//===- output_rows_test.cpp - Weights of tokens as people read them -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/output_rows.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace emblem::command;

namespace {

using Pairs = std::vector<std::pair<int32_t, float>>;

Pairs pairs(const std::vector<TokenWeight> &weights) {
  Pairs result;
  for (const TokenWeight &one : weights)
    result.emplace_back(one.id, one.weight);
  return result;
}

} // namespace

TEST(OutputRows, KeepsWhatIsNotZero) {
  const float row[] = {0, 2, 0, 1, 2};
  EXPECT_EQ(pairs(sparseWeights(row, 0)), (Pairs{{1, 2}, {3, 1}, {4, 2}}));
  EXPECT_EQ(pairs(sparseWeights(row, 1)), (Pairs{{1, 2}}));
  EXPECT_EQ(pairs(sparseWeights(row, 2)), (Pairs{{1, 2}, {4, 2}}));
  EXPECT_EQ(pairs(sparseWeights(row, 9)), (Pairs{{1, 2}, {3, 1}, {4, 2}}));
  EXPECT_TRUE(sparseWeights(std::span<const float>(), 3).empty());
}

TEST(OutputRows, TakesTheGreatestOfEachId) {
  const float weights[] = {1, 3, 2, 0, 5};
  const int32_t ids[] = {8, 4, 4, 6, 8};
  EXPECT_EQ(pairs(sparseWeights(weights, ids, 0)), (Pairs{{4, 3}, {8, 5}}));
  EXPECT_EQ(pairs(sparseWeights(weights, ids, 1)), (Pairs{{8, 5}}));
}

TEST(OutputRows, NamesTokens) {
  EmblemModelTable table = {};
  const uint32_t ends[] = {1, 1, 4};
  table.token_texts = "a\"b\\";
  table.token_ends = ends;
  table.token_count = 3;
  EXPECT_EQ(tokenText(table, 0), "a");
  EXPECT_EQ(tokenText(table, 1), "1"); // it has no name
  EXPECT_EQ(tokenText(table, 2), "\"b\\");
  EXPECT_EQ(tokenText(table, 3), "3");
  std::string text;
  appendWeights(text, table, {{0, 0.5f}, {1, 0.5f}, {2, 2}});
  EXPECT_EQ(text, "{\"\\\"b\\\\\":2,\"a\":0.5,\"1\":0.5}");
  text.clear();
  appendWeights(text, table, {});
  EXPECT_EQ(text, "{}");
}

TEST(OutputRows, JsonHasNoInfinity) {
  std::string text;
  const float numbers[] = {1.5, INFINITY, NAN, -2};
  appendNumbers(text, numbers);
  EXPECT_EQ(text, "[1.5,null,null,-2]");
  text.clear();
  appendNumbers(text, {});
  EXPECT_EQ(text, "[]");
}

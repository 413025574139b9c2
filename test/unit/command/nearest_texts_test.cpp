//===- nearest_texts_test.cpp - The nearest of many vectors ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/nearest_texts.h"
#include "runtime/model/model.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace emblem::command;

namespace {

/// Small whole numbers: their products have one sum, whatever its order.
std::vector<float> numbers(size_t count, uint64_t state) {
  std::vector<float> values(count);
  for (float &value : values) {
    state = state * 48271 % 2147483647;
    value = float(state % 9) - 4;
  }
  return values;
}

using Found = std::vector<std::vector<Hit>>;

Found search(int threads, const std::vector<float> &queries,
             const std::vector<float> &rows, int64_t dimension, int64_t top,
             int32_t distance = EMBLEM_COSINE) {
  EmblemModel model;
  model.threads = threads;
  EXPECT_TRUE(model.pool.start(threads, false));
  Found found;
  nearestTexts(
      model, queries.data(), queries.size() / dimension, rows.data(),
      rows.size() / dimension, dimension, distance, top,
      [](void *found, std::span<const Hit> hits) {
        static_cast<Found *>(found)->emplace_back(hits.begin(), hits.end());
      },
      &found);
  return found;
}

} // namespace

/// Many scores are equal; more queries than are searched for at once, more rows
/// than a thread takes at once, and a dimension that fills no vector.
TEST(NearestTexts, AreThoseOfASortOnAnyThreads) {
  const int64_t dimension = 19, top = 7;
  const std::vector<float> queries = numbers(21 * dimension, 5),
                           rows = numbers(1003 * dimension, 6);
  for (const auto &[threads, far] :
       {std::pair(1, false), {3, false}, {1, true}, {3, true}}) {
    const Found found = search(threads, queries, rows, dimension, top,
                               far ? EMBLEM_EUCLIDEAN : EMBLEM_COSINE);
    ASSERT_EQ(found.size(), 21u);
    for (size_t q = 0; q < found.size(); ++q) {
      std::vector<Hit> all;
      for (int64_t i = 0; i < 1003; ++i) {
        float score = 0;
        for (int64_t k = 0; k < dimension; ++k) {
          const float a = queries[q * dimension + k];
          const float b = rows[i * dimension + k];
          score += far ? -(a - b) * (a - b) : a * b;
        }
        all.push_back({i, score});
      }
      std::sort(all.begin(), all.end(), nearer);
      ASSERT_EQ(found[q].size(), size_t(top));
      for (int64_t i = 0; i < top; ++i) {
        EXPECT_EQ(found[q][i].index, all[i].index) << q << ", " << i;
        EXPECT_EQ(found[q][i].score, all[i].score) << q << ", " << i;
      }
    }
  }
}

TEST(NearestTexts, AreAllWhereThereAreFewer) {
  const Found found = search(2, {1}, {3, 5, 5}, 1, INT64_MAX);
  ASSERT_EQ(found.size(), 1u);
  ASSERT_EQ(found[0].size(), 3u);
  EXPECT_EQ(found[0][0].index, 1);
  EXPECT_EQ(found[0][1].index, 2);
  EXPECT_EQ(found[0][2].index, 0);
  EXPECT_TRUE(search(1, {}, {3}, 1, 2).empty());
  EXPECT_TRUE(search(1, {4}, {}, 1, 2)[0].empty());
}

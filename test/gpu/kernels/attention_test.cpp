//===- attention_test.cpp - Attention within each text --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/kernels/row_programs.h"

#include <algorithm>
#include <cstring>
#include <limits>

using namespace emblem;
using namespace emblem::gpu_test;

namespace {

constexpr int64_t kPositions = 256; // of the bias, and of position tables
constexpr int32_t kUnattended = 3;

struct Heads {
  int64_t count, keyValueCount, size;
  std::string element = "bf16", result = "f32";
  double softcap = 0;
  int64_t before = -1, after = -1; // -1: all
  bool bias = false, unattended = false;
  int64_t columns = 0; // of position tables; 0: there are none
  bool positionKeys = true, positionQueries = true;
  bool plainF32 = false;
  double scale = 0.25;
};

std::string describe(const Heads &heads) {
  std::string text = "heads " + std::to_string(heads.count);
  if (!heads.columns)
    text += " key_value_heads " + std::to_string(heads.keyValueCount);
  text += " head_size " + std::to_string(heads.size) + " scale " +
          std::to_string(heads.scale);
  if (heads.softcap)
    text += " softcap " + std::to_string(heads.softcap);
  if (heads.before >= 0)
    text += " before " + std::to_string(heads.before);
  if (heads.after >= 0)
    text += " after " + std::to_string(heads.after);
  if (heads.bias)
    text += " bias(%b : tensor<$Hx511xf32>)";
  if (heads.columns && heads.positionKeys)
    text += " position_keys(%pk : tensor<$Sx$Cx$E>)";
  if (heads.columns && heads.positionQueries)
    text += " position_queries(%pq : tensor<$Sx$Cx$E>)";
  if (heads.columns)
    text += " position_rows(%pr : tensor<1x511xf32>)";
  if (heads.bias || heads.columns)
    text += " positions 256";
  if (heads.unattended)
    text += " unattended 3 ids(%ids : tensor<?xi32>)";
  return text;
}

class AttentionProgram {
public:
  explicit AttentionProgram(const Heads &heads)
      : heads(heads),
        rows((heads.count + 2 * heads.keyValueCount) * heads.size,
             R"(
          %b = kernel.weight alibi<positions = 256> : tensor<$Hx511xf32>
          %pk = kernel.weight table ["position_keys"] : tensor<$Sx$Cx$E>
          %pq = kernel.weight table ["position_queries"] : tensor<$Sx$Cx$E>
          %pr = kernel.weight position_rows<height = 6, positions = 256>
              : tensor<1x511xf32>
          %0 = kernel.attention %rows, %offsets )" +
                 describe(heads) +
                 R"( : tensor<?x$Wx$E>, tensor<?xi32> -> tensor<?x$Sx$R>
              {stage = "attention"}
          kernel.output %0 width $S : tensor<?x$Sx$R> {stage = "output"}
        )",
             heads.element,
             {{"$H", std::to_string(heads.count)},
              {"$C", std::to_string(std::max<int64_t>(heads.columns, 1))},
              {"$R", heads.result},
              {"$S", std::to_string(heads.count * heads.size)}},
             heads.plainF32),
        bias(makeNumbers(heads.count * (2 * kPositions - 1), 9)) {
    if (heads.bias)
      rows.program.setWeight("alibi", bias);
    if (heads.columns)
      setTables();
  }

  void expectResults(const Batch &batch, double absolute) {
    Result found = rows.program.run(batch, {.arenaIsReadable = true});
    EXPECT_EQ(found.faults, "");
    std::vector<double> expected;
    int64_t begin = 0;
    for (int32_t length : batch.lengths) {
      for (int64_t query = 0; query < length; ++query)
        for (int64_t head = 0; head < heads.count; ++head)
          addRow(expected, batch, begin, length, query, head);
      begin += length;
    }
    expectNear(found.outputs[0], expected,
               heads.result == "bf16" ? 0x1p-8 : 0x1p-11, absolute);
    expectAlone(batch, found.outputs[0]);
  }

private:
  void setTables() {
    // As many columns as distances near the query; those further away share
    // the first and the last.
    for (int64_t i = 0; i < 2 * kPositions - 1; ++i)
      positionRows.push_back(std::clamp<int64_t>(
          heads.columns / 2 + kPositions - 1 - i, 0, heads.columns - 1));
    rows.program.setWeight("position_rows", positionRows);
    auto setTable = [&](const char *name, bool isThere, uint32_t seed) {
      size_t count = heads.count * heads.size * heads.columns;
      if (!isThere)
        return std::vector<float>(count);
      std::vector<float> table = makeNumbers(count, seed, 0.5f);
      rows.program.setWeight(name, table);
      return narrowTo(heads.element, table);
    };
    positionKeys = setTable("position_keys", heads.positionKeys, 10);
    positionQueries = setTable("position_queries", heads.positionQueries, 11);
  }
  /// x times the column of a table that a distance has.
  double multiplyColumn(const float *x, const std::vector<float> &table,
                        int64_t head, int64_t distance) {
    int64_t column = int64_t(positionRows[distance + kPositions - 1]);
    double sum = 0;
    for (int64_t i = 0; i < heads.size; ++i)
      sum += double(x[i]) *
             table[(head * heads.size + i) * heads.columns + column];
    return sum;
  }
  const float *getHead(const Batch &batch, int64_t token, int64_t head) {
    return rows.getRow(batch, token) + head * heads.size;
  }
  int64_t countKeys(const Batch &batch, int64_t begin, int64_t length) {
    while (heads.unattended && length > 1 &&
           batch.ids[begin + length - 1] == kUnattended)
      --length;
    return length;
  }
  void addRow(std::vector<double> &results, const Batch &batch, int64_t begin,
              int64_t length, int64_t query, int64_t head) {
    int64_t keyHead = heads.count + head / (heads.count / heads.keyValueCount);
    std::vector<double> sums(heads.size);
    double weights = 0, most = -std::numeric_limits<double>::infinity();
    for (int64_t key = 0; key < countKeys(batch, begin, length); ++key) {
      if ((heads.before >= 0 && key < query - heads.before) ||
          (heads.after >= 0 && key > query + heads.after))
        continue;
      const float *q = getHead(batch, begin + query, head);
      const float *k = getHead(batch, begin + key, keyHead);
      const float *v =
          getHead(batch, begin + key, keyHead + heads.keyValueCount);
      double score = 0;
      for (int64_t i = 0; i < heads.size; ++i)
        score += heads.scale * q[i] * k[i];
      if (heads.columns)
        score += heads.scale *
                 (multiplyColumn(q, positionKeys, head, key - query) +
                  multiplyColumn(k, positionQueries, head, key - query));
      if (heads.softcap)
        score = heads.softcap * std::tanh(score / heads.softcap);
      if (heads.bias)
        score +=
            bias[head * (2 * kPositions - 1) + key - query + kPositions - 1];
      const double correction = std::exp(std::min(most - score, 0.0));
      most = std::max(most, score);
      const double weight = std::exp(score - most);
      weights = weights * correction + weight;
      for (int64_t i = 0; i < heads.size; ++i)
        sums[i] = sums[i] * correction + weight * v[i];
    }
    for (double sum : sums)
      results.push_back(weights ? sum / weights : 0);
  }
  /// Each text alone has the bits that it has in the batch.
  void expectAlone(const Batch &batch, const std::vector<float> &all) {
    const float *row = all.data();
    for (size_t text = 0; text < batch.lengths.size(); ++text) {
      Result one = rows.program.run(takeTexts(batch, text, 1), {.order = 9});
      EXPECT_EQ(one.faults, "");
      EXPECT_EQ(
          std::memcmp(one.outputs[0].data(), row, 4 * one.outputs[0].size()), 0)
          << "text " << text;
      row += one.outputs[0].size();
    }
  }

  Heads heads;
  RowProgram rows;
  std::vector<float> bias, positionRows, positionKeys, positionQueries;
};

class Attention : public testing::TestWithParam<int64_t> {};

const double kBf16 = 0.02, kF16 = 0.0025, kF32 = 1e-5;

} // namespace

TEST_P(Attention, Bf16) {
  AttentionProgram({1, 1, GetParam()})
      .expectResults(makeBatch({70, 1, 33}), kBf16);
}
TEST_P(Attention, F32) {
  AttentionProgram({1, 1, GetParam(), "f32"})
      .expectResults(makeBatch({70, 1, 33}), kF32);
}
INSTANTIATE_TEST_SUITE_P(HeadSizes, Attention,
                         testing::Values(8, 16, 24, 32, 64, 72, 128, 136, 192,
                                         256));
// Heads that do not begin at whole chunks.
INSTANTIATE_TEST_SUITE_P(PiecesOfChunks, Attention,
                         testing::Values(1, 4, 6, 7, 12, 20, 36, 65, 100, 255));

// What a head is told from its neighbours by, and everything that changes scores.
TEST_P(Attention, HeadsSideBySide) {
  for (const char *element : {"bf16", "f32"}) {
    double most = element[0] == 'f' ? kF32 : kBf16;
    AttentionProgram({4, 2, GetParam(), element, element})
        .expectResults(makeBatch({5, 1, 66}), most);
    AttentionProgram({.count = 2,
                      .keyValueCount = 1,
                      .size = GetParam(),
                      .element = element,
                      .softcap = 2.5,
                      .before = 30,
                      .after = 0,
                      .bias = true})
        .expectResults(makeBatch({70, 3}), most);
  }
}

// Heads of all ways of copying and holding, and everything that changes scores.
TEST(AttentionOf, F16AndPlainF32) {
  for (int64_t size : {7, 20, 32, 64, 136, 256})
    for (std::string element : {"f16", "f32"}) {
      bool plain = element == "f32";
      double most = plain ? 2e-6 : kF16;
      AttentionProgram({.count = 2,
                        .keyValueCount = 1,
                        .size = size,
                        .element = element,
                        .result = element,
                        .plainF32 = plain})
          .expectResults(makeBatch({70, 1, 33}), most);
      AttentionProgram({.count = 2,
                        .keyValueCount = 2,
                        .size = size,
                        .element = element,
                        .softcap = 2.5,
                        .before = 30,
                        .after = 0,
                        .bias = true,
                        .plainF32 = plain})
          .expectResults(makeBatch({70, 3}), most);
    }
  for (auto [size, columns] : {std::pair(20, 12), std::pair(64, 512)})
    for (std::string element : {"f16", "f32"})
      AttentionProgram({.count = 2,
                        .keyValueCount = 2,
                        .size = size,
                        .element = element,
                        .columns = columns,
                        .plainF32 = element == "f32"})
          .expectResults(makeBatch({150, 1, 9}),
                         element == "f32" ? 4e-6 : kF16);
}

TEST(AttentionOf, TextsOfAllLengths) {
  AttentionProgram({2, 2, 32, "bf16", "bf16"})
      .expectResults(makeBatch({1, 2, 64, 65, 128, 200, 3}), kBf16);
}
TEST(AttentionOf, SharedKeys) {
  AttentionProgram({6, 2, 32}).expectResults(makeBatch({70, 1, 130}), kBf16);
}
TEST(AttentionOf, KeysBeforeTheQuery) {
  AttentionProgram({.count = 2, .keyValueCount = 1, .size = 64, .after = 0})
      .expectResults(makeBatch({200, 1, 65}), kBf16);
}
TEST(AttentionOf, Windows) {
  for (auto [before, after] :
       {std::pair(30, 30), std::pair(5, 80), std::pair(0, 0), std::pair(80, 5)})
    AttentionProgram({.count = 1,
                      .keyValueCount = 1,
                      .size = 32,
                      .before = before,
                      .after = after})
        .expectResults(makeBatch({200, 10}), kBf16);
}
// Of one key the weight is 1, however large its score.
TEST(AttentionOf, LargeScores) {
  for (bool plain : {false, true})
    for (const char *element : {"bf16", "f32"})
      if (!plain || element[0] == 'f')
        AttentionProgram({.count = 2,
                          .keyValueCount = 2,
                          .size = 32,
                          .element = element,
                          .plainF32 = plain,
                          .scale = 1e12})
            .expectResults(makeBatch({1, 1, 3, 1}),
                           element[0] == 'f' ? kF32 : kBf16);
}
TEST(AttentionOf, CappedScores) {
  AttentionProgram({.count = 2, .keyValueCount = 2, .size = 32, .softcap = 2.5})
      .expectResults(makeBatch({150, 10}), kBf16);
}
TEST(AttentionOf, Bias) {
  AttentionProgram({.count = 2, .keyValueCount = 2, .size = 32, .bias = true})
      .expectResults(makeBatch({200, 9}), kBf16);
  AttentionProgram({.count = 2,
                    .keyValueCount = 2,
                    .size = 32,
                    .softcap = 2.5,
                    .after = 0,
                    .bias = true})
      .expectResults(makeBatch({100, 9}), kBf16);
}
TEST(AttentionOf, F32) {
  AttentionProgram({2, 1, 20, "f32", "bf16"})
      .expectResults(makeBatch({70, 9}), kF32);
  AttentionProgram({.count = 2,
                    .keyValueCount = 2,
                    .size = 32,
                    .element = "f32",
                    .bias = true})
      .expectResults(makeBatch({150, 9}), kF32);
  AttentionProgram({.count = 2,
                    .keyValueCount = 2,
                    .size = 32,
                    .element = "f32",
                    .softcap = 2.5})
      .expectResults(makeBatch({150, 9}), kF32);
  Batch batch = makeBatch({90, 9});
  std::fill(batch.ids.begin() + 60, batch.ids.begin() + 90, kUnattended);
  AttentionProgram({.count = 1,
                    .keyValueCount = 1,
                    .size = 32,
                    .element = "f32",
                    .unattended = true})
      .expectResults(batch, kF32);
}
TEST(AttentionOf, PositionTables) {
  for (auto [size, columns] :
       {std::pair(20, 12), std::pair(64, 512), std::pair(6, 100),
        std::pair(32, 64), std::pair(9, 40)})
    for (const char *element : {"bf16", "f32"})
      AttentionProgram({.count = 2,
                        .keyValueCount = 2,
                        .size = size,
                        .element = element,
                        .columns = columns})
          .expectResults(makeBatch({150, 1, 9}),
                         element[0] == 'f' ? kF32 : kBf16);
}
TEST(AttentionOf, OnePositionTable) {
  for (bool keys : {false, true})
    AttentionProgram({.count = 2,
                      .keyValueCount = 2,
                      .size = 24,
                      .columns = 32,
                      .positionKeys = keys,
                      .positionQueries = !keys})
        .expectResults(makeBatch({70, 9}), kBf16);
}
TEST(AttentionOf, PositionTablesAndWindows) {
  Batch batch = makeBatch({150, 9});
  std::fill(batch.ids.begin() + 130, batch.ids.begin() + 150, kUnattended);
  AttentionProgram({.count = 1,
                    .keyValueCount = 1,
                    .size = 32,
                    .element = "f32",
                    .softcap = 4.0,
                    .before = 70,
                    .after = 10,
                    .unattended = true,
                    .columns = 512})
      .expectResults(batch, kF32);
}
TEST(AttentionOf, TokensThatNobodySees) {
  Batch batch = makeBatch({200, 9, 1, 3, 70});
  auto end = [&](int64_t first, int64_t last) {
    std::fill(batch.ids.begin() + first, batch.ids.begin() + last, kUnattended);
  };
  end(150, 200);
  end(209, 213); // a whole text, and one of one token
  end(214, 283);
  batch.ids[100] = kUnattended;
  AttentionProgram(
      {.count = 1, .keyValueCount = 1, .size = 32, .unattended = true})
      .expectResults(batch, kBf16);
  AttentionProgram({.count = 1,
                    .keyValueCount = 1,
                    .size = 32,
                    .before = 10,
                    .after = 10,
                    .unattended = true})
      .expectResults(batch, kBf16);
}

//===- weight_section_test.cpp - The weights, packed ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Every layout in f32; narrow_weights_test.cpp has the other types.
//
//===----------------------------------------------------------------------===//

#include "weight_section_fixture.h"

#include <cmath>

using namespace emblem;
using namespace emblem::frontend;

namespace {

/// `values`, then zeros.
Floats padded(Floats values, size_t size) {
  values.resize(size);
  return values;
}

// [3, 2]: the columns of a panel lie side by side, what is not there is zero.
TEST_F(WeightSection, PanelsTakeColumnsSideBySide) {
  files = {addFile("w", "F32", {3, 2})};
  EXPECT_EQ(pack(R"(%0 = kernel.weight matrix ["w"] : tensor<3x2xf32>)"),
            (Floats{1, 3, 5, 0, 0, 0, 0, 0, 2, 4, 6, 0, 0, 0, 0, 0}));
  EXPECT_EQ(parameters, 6);
}

// As old writers have buffers, and as ggml has a table of one row.
TEST_F(WeightSection, SidesOfOneAreNoRows) {
  Floats panels = {1, 3, 5, 0, 0, 0, 0, 0, 2, 4, 6, 0, 0, 0, 0, 0};
  for (std::vector<int64_t> shape :
       {std::vector<int64_t>{1, 3, 2}, {1, 1, 3, 2}, {3, 1, 2}}) {
    files = {addFile("w", "F32", shape)};
    EXPECT_EQ(pack(R"(%0 = kernel.weight matrix ["w"] : tensor<3x2xf32>)"),
              panels);
  }
  files = {addFile("w", "F32", {1, 3, 2})};
  EXPECT_EQ(pack(R"(%0 = kernel.weight row ["w"] table_row 1 : tensor<2xf32>)"),
            padded({3, 4}, 16));
  files = {addFile("v", "F32", {3})};
  EXPECT_EQ(pack(R"(%0 = kernel.weight matrix ["v"] : tensor<1x3xf32>)"),
            padded({1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3}, 32));
}

TEST_F(WeightSection, WhatDoesNotFitIsRefused) {
  files = {addFile("w", "F32", {1, 6})};
  expectParts(
      messageOf(
          tryPack(R"(%0 = kernel.weight matrix ["w"] : tensor<3x2xf32>)")),
      {"weight 'w' has 6 values in rows of 6, which is not what the program "
       "has room for"});
  files = {addFile("w", "F32", {20, 2})};
  expectParts(messageOf(tryPack(
                  R"(%0 = kernel.weight matrix ["w"] : tensor<3x2xf32>)")),
              {"weight 'w' has 40 values in rows of 2"});
}

TEST_F(WeightSection, PanelsGoOnWhereOneIsFull) {
  files = {addFile("w", "F32", {10, 1})};
  EXPECT_EQ(pack(R"(%0 = kernel.weight matrix ["w"] : tensor<10x1xf32>)"),
            padded({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 16));
}

TEST_F(WeightSection, SourcesAreJoined) {
  files = {addFile("q", "F32", {2, 1}), addFile("k", "F32", {1, 1}, 10),
           addFile("v", "F32", {3, 1}, 20)};
  EXPECT_EQ(
      pack(R"(%0 = kernel.weight matrix ["q", "k", "v"] : tensor<6x1xf32>)"),
      padded({1, 2, 10, 20, 21, 22}, 16));
  EXPECT_EQ(parameters, 6);
}

TEST_F(WeightSection, ZerosFollowATable) {
  files = {addFile("t", "F32", {2, 1})};
  Floats got = pack(R"(%0 = kernel.weight table ["t", 2] : tensor<4x1xf32>)");
  size_t width = got.size() / 4; // of a whole number of cache lines
  EXPECT_EQ(got[0], 1);
  EXPECT_EQ(got[width], 2);
  EXPECT_EQ(got[2 * width], 0);
  EXPECT_EQ(got[3 * width], 0);
}

TEST_F(WeightSection, AFactorMultipliesEachValue) {
  files = {addFile("t", "F32", {1, 3})};
  Floats got =
      pack(R"(%0 = kernel.weight table ["t"] factor 1.5 : tensor<1x3xf32>)");
  EXPECT_EQ(got, padded({1.5, 3, 4.5}, got.size()));
}

// in_proj_weight, say, of which the query is the first rows.
TEST_F(WeightSection, ASourceMayBeRowsOfAWeight) {
  files = {addFile("qkv", "F32", {6, 1})};
  EXPECT_EQ(
      pack(
          R"(%0 = kernel.weight matrix [#emb.rows<"qkv", 4, 6>, #emb.rows<"qkv", 0, 1>] : tensor<3x1xf32>)"),
      padded({5, 6, 1}, 16));
}

TEST_F(WeightSection, ZerosStandForAbsentBiases) {
  files = {addFile("b", "F32", {2})};
  EXPECT_EQ(pack(R"(%0 = kernel.weight row [2, "b", 1] : tensor<5xf32>)"),
            padded({0, 0, 1, 2}, 16));
  EXPECT_EQ(parameters, 2);
}

TEST_F(WeightSection, ValuesInPlace) {
  EXPECT_EQ(
      pack(
          R"(%0 = kernel.weight row [dense<[1.0, 2.0]> : tensor<2xf16>, dense<3.0> : tensor<2xf32>] : tensor<4xf32>)"),
      padded({1, 2, 3, 3}, 16));
  EXPECT_EQ(parameters, 4);
}

TEST_F(WeightSection, ATableKeepsItsRows) {
  files = {addFile("t", "F32", {2, 3})};
  Floats got = pack(R"(%0 = kernel.weight table ["t"] : tensor<2x3xf32>)");
  size_t width = got.size() / 2;
  EXPECT_EQ(Floats(got.begin(), got.begin() + width), padded({1, 2, 3}, width));
  EXPECT_EQ(Floats(got.begin() + width, got.end()), padded({4, 5, 6}, width));
}

TEST_F(WeightSection, ATableRowIsOneRow) {
  files = {addFile("t", "F32", {3, 2})};
  EXPECT_EQ(pack(R"(%0 = kernel.weight row ["t"] table_row 1 : tensor<2xf32>)"),
            padded({3, 4}, 16));
  EXPECT_EQ(
      pack(
          R"(%0 = kernel.weight row [dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>] table_row 1 : tensor<2xf32>)"),
      padded({3, 4}, 16));
}

TEST_F(WeightSection, SinusoidsOfAnOddWidth) {
  Floats got =
      pack(R"(%0 = kernel.weight sinusoid<width = 3> : tensor<4x3xf32>)");
  size_t width = got.size() / 4;
  for (int position = 0; position < 4; ++position) {
    double slow = position / std::pow(10000.0, 2.0 / 3);
    Floats expected = {static_cast<float>(std::sin(position)),
                       static_cast<float>(std::cos(position)),
                       static_cast<float>(std::sin(slow))};
    auto row = got.begin() + position * width;
    EXPECT_EQ(Floats(row, row + width), padded(expected, width));
  }
  EXPECT_EQ(parameters, 0);
}

TEST_F(WeightSection, HalvesWiden) {
  files = {addFile("h", "F16", {4}), addFile("b", "BF16", {4}, 5)};
  EXPECT_EQ(pack(R"(%0 = kernel.weight row ["h", "b"] : tensor<8xf32>)"),
            padded({1, 2, 3, 4, 5, 6, 7, 8}, 16));
}

// Each weight begins on a cache line; one name in two places counts once.
TEST_F(WeightSection, WeightsFollowOneAnother) {
  files = {addFile("b", "F32", {2})};
  Floats got = pack("%0 = kernel.weight row [\"b\"] : tensor<2xf32>\n"
                    "%1 = kernel.weight row [\"b\", \"b\"] : tensor<4xf32>");
  EXPECT_EQ(got, padded({1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, //
                         1, 2, 1, 2},
                        32));
  EXPECT_EQ(parameters, 2);
}

TEST_F(WeightSection, AMissingWeightIsNamed) {
  expectParts(
      messageOf(tryPack(R"(%0 = kernel.weight row ["gone"] : tensor<2xf32>)")),
      {"'gone'"});
}

} // namespace

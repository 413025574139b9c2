//===- narrow_weights_test.cpp - Weights in bf16 and i8, packed -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/narrow_numbers.h"
#include "weight_section_fixture.h"

using namespace emblem;

namespace {

using Bytes = std::vector<int8_t>;

/// The first bf16s of a section, widened.
Floats widened(const std::vector<uint16_t> &section, size_t count) {
  Floats result;
  for (size_t i = 0; i < count; ++i)
    result.push_back(llvm::bit_cast<float>(uint32_t(section.at(i)) << 16));
  return result;
}

/// A model around `weights`, ops that end in %w: a matmul that reads it, [N,
/// K], as `weight`, with inputs in `input`.
std::string readBy(const char *input, const std::string &weights,
                   const char *weight, int64_t N, int64_t K) {
  bool integers = weight == std::string("i8");
  std::string x = llvm::formatv("tensor<?x{0}x{1}>", K, input);
  std::string s = llvm::formatv("tensor<{0}xf32>", N);
  std::string parts;
  if (integers)
    parts += "weight_scale(%s : " + s + ") ";
  if (input == std::string("i8"))
    parts += "correction(%s : " + s + ") ";
  return weights + llvm::formatv(R"(
    %s = kernel.weight row [{0}] : {2}
    %t = kernel.weight table ["t"] : tensor<4x{1}xf32>
    %x = kernel.gather offsets(%offsets : tensor<?xi32>)
        table(%ids, %t : tensor<?xi32>, tensor<4x{1}xf32>) -> tensor<?x{1}xf32> {{stage = "x"}
    %q = kernel.quantize %x width {1} : tensor<?x{1}xf32> -> {3} {{stage = "q"}
    %y = kernel.matmul %q, %w {4} : {3}, tensor<{0}x{1}x{5}> -> tensor<?x{0}xf32> {{stage = "y"}
    kernel.output %y width {0} : tensor<?x{0}xf32> {{stage = "o"})",
                                 N, K, s, x, parts, weight)
                       .str();
}

class NarrowWeights : public WeightSection {
protected:
  NarrowWeights() { table(8); }

  /// The table that readBy reads, K wide.
  void table(int64_t K) { files = {addFile("t", "F32", {4, K})}; }
};

// Ties to even: 1 + 1/256 and 1 + 3/256 lie between two bf16s.
TEST_F(NarrowWeights, RowsAndTablesRoundToBf16) {
  auto row = packAs<uint16_t>(
      "%0 = kernel.weight row [dense<[1.00390625, 1.01171875, -3.0]> : "
      "tensor<3xf32>] : tensor<3xbf16>");
  EXPECT_EQ(widened(row, 5), (Floats{1, 1.015625f, -3, 0, 0}));
  auto rows = packAs<uint16_t>(
      "%0 = kernel.weight table [dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : "
      "tensor<2x3xf32>] : tensor<2x3xbf16>");
  EXPECT_EQ(widened(rows, 16),
            (Floats{1, 2, 3, 0, 0, 0, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0}));
}

TEST_F(NarrowWeights, RowsAndTablesRoundToF16) {
  auto row = packAs<uint16_t>(
      "%0 = kernel.weight row [dense<[1.00048828125, -65519.0, 0.0]> : "
      "tensor<3xf32>] : tensor<3xf16>");
  EXPECT_EQ(row[0], 0x3c00);
  EXPECT_EQ(row[1], 0xfbff);
  EXPECT_EQ(row[2], 0);
}

// By its source's name, whichever of those that are joined.
TEST_F(NarrowWeights, WhatF16DoesNotHoldIsRefused) {
  files = {addFile("q", "F32", {1, 2}, 126),
           addFile("v", "F32", {2, 2}, 65519)};
  auto section =
      tryPack(R"(%0 = kernel.weight table ["q", "v"] : tensor<3x2xf16>)");
  EXPECT_EQ(llvm::toString(section.takeError()),
            "weight 'v' becomes 65520, and f16 ends at 65504; choose "
            "--precision=bf16");
  auto value =
      tryPack("%0 = kernel.weight row [dense<[1.0, -1.0e6]> : tensor<2xf32>] : "
              "tensor<2xf16>");
  EXPECT_EQ(llvm::toString(value.takeError()),
            "a weight of the model becomes -1000000, and f16 ends at 65504; "
            "choose --precision=bf16");
}

// [2, 3]: two inputs of a column side by side, then the next column's; the
// third input has no partner.
TEST_F(NarrowWeights, PanelsOfPairsInBf16) {
  table(3);
  auto got = packAs<uint16_t>(
      readBy("bf16",
             "%w = kernel.weight matrix [dense<[[1.0, 2.0, 3.0], [4.0, 5.0, "
             "6.0]]> : tensor<2x3xf32>] : tensor<2x3xbf16>",
             "bf16", 2, 3));
  Floats expected(32);
  for (auto [place, value] : std::initializer_list<std::pair<int, float>>{
           {0, 1}, {1, 2}, {2, 4}, {3, 5}, {16, 3}, {18, 6}})
    expected[place] = value;
  EXPECT_EQ(widened(got, 32), expected);
}

// An input in f32 takes them one by one, as it does f32.
TEST_F(NarrowWeights, PanelsInBf16ForInputsInF32) {
  auto got = packAs<uint16_t>(
      "%w = kernel.weight matrix [dense<[[1.0, 2.0], [3.0, 4.0]]> : "
      "tensor<2x2xf32>] : tensor<2x2xbf16>");
  EXPECT_EQ(widened(got, 16),
            (Floats{1, 3, 0, 0, 0, 0, 0, 0, 2, 4, 0, 0, 0, 0, 0, 0}));
}

// Two rows of five, of scales 1 and 2.
const std::string rowsOfFive =
    "[dense<[[127.0, -127.0, 64.0, 0.5, 1.5], [2.0, 4.0, 6.0, 8.0, -254.0]]> : "
    "tensor<2x5xf32>] ";

TEST_F(NarrowWeights, PanelsOfQuads) {
  table(5);
  auto got = packAs<int8_t>(readBy(
      "i8", "%w = kernel.weight matrix " + rowsOfFive + ": tensor<2x5xi8>",
      "i8", 2, 5));
  Bytes expected(64);
  Bytes first = {127, -127, 64, 0, 1, 2, 3, 4}; // a group of each column
  std::copy(first.begin(), first.end(), expected.begin());
  expected[32] = 2; // the fifth of the one, of the other
  expected[36] = -127;
  EXPECT_EQ(Bytes(got.begin(), got.begin() + 64), expected);
}

TEST_F(NarrowWeights, PanelsOfPairsInI8) {
  table(5);
  auto got = packAs<int8_t>(readBy(
      "i16", "%w = kernel.weight matrix " + rowsOfFive + ": tensor<2x5xi8>",
      "i8", 2, 5));
  Bytes expected(48);
  for (auto [place, value] :
       std::initializer_list<std::pair<int, int>>{{0, 127},
                                                  {1, -127},
                                                  {2, 1},
                                                  {3, 2}, // group 0
                                                  {16, 64},
                                                  {17, 0},
                                                  {18, 3},
                                                  {19, 4}, // group 1
                                                  {32, 2},
                                                  {34, -127}}) // group 2
    expected[place] = value;
  EXPECT_EQ(Bytes(got.begin(), got.begin() + 48), expected);
}

// A second panel, where one is full.
TEST_F(NarrowWeights, PanelsOfQuadsGoOn) {
  table(4);
  std::string rows;
  for (int n = 1; n <= 9; ++n) // the first element is the largest: scale 1
    rows += llvm::formatv("{0}[127.0, {1}.0, 0.0, 0.0]", n == 1 ? "" : ", ", n);
  auto got = packAs<int8_t>(readBy("i8",
                                   "%w = kernel.weight matrix [dense<[" + rows +
                                       "]> : tensor<9x4xf32>] : tensor<9x4xi8>",
                                   "i8", 9, 4));
  for (int n = 0; n < 9; ++n) {
    EXPECT_EQ(got[n * 4], 127);
    EXPECT_EQ(got[n * 4 + 1], n + 1);
  }
  EXPECT_EQ(Bytes(got.begin() + 36, got.begin() + 64), Bytes(28));
}

TEST_F(NarrowWeights, ScalesAndCorrections) {
  Floats got = pack("%0 = kernel.weight scales " + rowsOfFive +
                    ": tensor<2xf32>\n"
                    "%1 = kernel.weight corrections " +
                    rowsOfFive + ": tensor<2xf32>");
  EXPECT_EQ(Floats(got.begin(), got.begin() + 3), (Floats{1, 2, 0}));
  // Sums of the integers above, times the scales.
  EXPECT_EQ(Floats(got.begin() + 16, got.begin() + 19), (Floats{66, -234, 0}));
}

TEST_F(NarrowWeights, ARowOfZerosHasNoScale) {
  Floats got = pack("%0 = kernel.weight scales [dense<[[0.0, 0.0], [127.0, "
                    "1.0]]> : tensor<2x2xf32>] : tensor<2xf32>");
  EXPECT_EQ(Floats(got.begin(), got.begin() + 2), (Floats{0, 1}));
}

// Columns are divided by their factors before all else.
TEST_F(NarrowWeights, SmoothingDividesColumns) {
  table(2);
  const std::string sources =
      "[dense<[[254.0, 10.0], [4.0, 635.0]]> : tensor<2x2xf32>] "
      "smoothing dense<[2.0, 5.0]> : tensor<2xf32> : ";
  auto got = packAs<int8_t>(
      readBy("i8", "%w = kernel.weight matrix " + sources + "tensor<2x2xi8>",
             "i8", 2, 2));
  EXPECT_EQ(Bytes(got.begin(), got.begin() + 8),
            (Bytes{127, 2, 0, 0, 2, 127, 0, 0}));
  Floats rest = pack("%0 = kernel.weight scales " + sources +
                     "tensor<2xf32>\n%1 = kernel.weight corrections " +
                     sources + "tensor<2xf32>");
  EXPECT_EQ(Floats(rest.begin(), rest.begin() + 2), (Floats{1, 1}));
  EXPECT_EQ(Floats(rest.begin() + 16, rest.begin() + 18), (Floats{129, 129}));
}

// Every row has its own scale, whichever source it comes from.
TEST_F(NarrowWeights, JoinedSources) {
  files = {addFile("t", "F32", {4, 2}), addFile("q", "F32", {1, 2}, 126),
           addFile("v", "F32", {2, 2}, 251)};
  const std::string sources = R"(["q", "v"] : )";
  auto got = packAs<int8_t>(
      readBy("i8", "%w = kernel.weight matrix " + sources + "tensor<3x2xi8>",
             "i8", 3, 2));
  // [126, 127], [251, 252], [253, 254]
  EXPECT_EQ(Bytes(got.begin(), got.begin() + 12),
            (Bytes{126, 127, 0, 0, 126, 127, 0, 0, 126, 127, 0, 0}));
  Floats scales =
      pack("%0 = kernel.weight scales " + sources + "tensor<3xf32>");
  EXPECT_EQ(Floats(scales.begin(), scales.begin() + 4),
            (Floats{1, 252 / 127.0f, 2, 0}));
}

} // namespace

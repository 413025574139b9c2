//===- derived_weights_test.cpp - Weights that are computed of weights ----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/resized_positions.h"
#include "test/unit/weights/weight_files.h"

#include <cmath>

using namespace emblem::frontend;
using namespace llvm;

TEST(WeightStore, RowsOfAWeight) {
  TestFolder folder;
  auto store = open({folder.write(
      "a.safetensors",
      safetensorsBytes(
          R"({"w": {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24]}})",
          floats({1, 2, 3, 4, 5, 6})))});
  EXPECT_EQ(read(*store, Weight::rows("w", 1, 3), {2, 2}),
            (std::vector<float>{3, 4, 5, 6}));
  EXPECT_EQ(read(*store, Weight::rows("w", 0, 1), {1, 2}),
            (std::vector<float>{1, 2}));
  EXPECT_EQ(toString(store->check(Weight::rows("w", 2, 4), {2, 2})),
            "weight 'w' is [3, 2], and the model asks for rows 2 to 4");
  EXPECT_NE(toString(store->check(Weight::rows("w", 1, 1), {0, 2})), "");
  expectParts(messageOf(store->check(Weight::rows("v", 0, 1), {1, 2})),
              {"'v' is in none"});
  // Of rows, and of columns.
  EXPECT_EQ(read(*store, Weight::rows(Weight::rows("w", 1, 3), 1, 2), {1, 2}),
            (std::vector<float>{5, 6}));
  Weight columns = Weight::transposed(Weight::rows("w", 1, 3));
  EXPECT_EQ(read(*store, columns, {2, 2}), (std::vector<float>{3, 5, 4, 6}));
  EXPECT_EQ(read(*store, Weight::rows(columns, 1, 2), {1, 2}),
            (std::vector<float>{4, 6}));
}

TEST(WeightStore, DifferenceOfTwo) {
  TestFolder folder;
  auto store = open({folder.write(
      "a.safetensors",
      safetensorsBytes(
          R"({"w": {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24]}})",
          floats({1, 2, 3, 5, 8, 13})))});
  Weight first = Weight::rows("w", 0, 1);
  EXPECT_EQ(
      read(*store, Weight::difference(Weight::rows("w", 2, 3), first), {1, 2}),
      (std::vector<float>{7, 11}));
  expectParts(
      messageOf(store->check(Weight::difference(first, Weight::rows("w", 0, 2)),
                             {1, 2})),
      {"weight 'w' (rows 0 to 1) is [1, 2], and what it is less, weight 'w' "
       "(rows 0 to 2) is [2, 2]"});
  expectParts(messageOf(store->check(Weight::difference(first, "v"), {1, 2})),
              {"'v' is in none"});
}

// Integers [2, 4], their scales, and their zeros.
static std::unique_ptr<WeightStore> openIntegers(TestFolder &folder) {
  std::string data(
      reinterpret_cast<const char *>(
          std::initializer_list<int8_t>{1, 2, 3, 4, -5, -6, 7, 8}.begin()),
      8);
  data += floats({0.5f, 2.f, 10.f, 100.f});
  data += std::string("\x01\x02\x03\x04", 4);
  return open({folder.write(
      "a.safetensors",
      safetensorsBytes(
          R"({"w": {"dtype": "I8", "shape": [2, 4], "data_offsets": [0, 8]},)"
          R"("s": {"dtype": "F32", "shape": [4], "data_offsets": [8, 24]},)"
          R"("z": {"dtype": "U8", "shape": [4], "data_offsets": [24, 28]}})",
          data))});
}

TEST(WeightStore, IntegersStandForNumbers) {
  TestFolder folder;
  auto store = openIntegers(folder);
  using Values = std::vector<float>;
  Weight one = Weight::rows("s", 0, 1), two = Weight::rows("s", 0, 2);
  EXPECT_EQ(
      read(*store, Weight::dequantised("w", one, {}, {0, 0, 1.0}), {2, 4}),
      (Values{0, 0.5, 1, 1.5, -3, -3.5, 3, 3.5}));
  EXPECT_EQ(
      read(*store, Weight::dequantised("w", "s", "z", {1, 0, 0.0}), {2, 4}),
      (Values{0, 0, 0, 0, -3, -16, 40, 400}));
  EXPECT_EQ(
      read(*store, Weight::dequantised("w", two, {}, {0, 0, 0.0}), {2, 4}),
      (Values{0.5, 1, 1.5, 2, -10, -12, 14, 16}));
  // In blocks of two columns, and of two rows.
  EXPECT_EQ(
      read(*store, Weight::dequantised("w", "s", "z", {1, 2, 0.0}), {2, 4}),
      (Values{0, 0.5, 2, 4, -80, -90, 300, 400}));
  EXPECT_EQ(
      read(*store, Weight::dequantised("w", "s", {}, {0, 2, 0.0}), {2, 4}),
      (Values{0.5, 4, 30, 400, -2.5, -12, 70, 800}));
  // Columns as rows, and a part of them.
  Weight turned =
      Weight::dequantised(Weight::transposed("w"), "s", {}, {0, 0, 0.0});
  EXPECT_EQ(read(*store, turned, {4, 2}),
            (Values{0.5, -2.5, 4, -12, 30, 70, 400, 800}));
  EXPECT_EQ(read(*store, Weight::rows(turned, 1, 3), {2, 2}),
            (Values{4, -12, 30, 70}));
}

TEST(WeightStore, BytesAreNarrowIntegers) {
  TestFolder folder;
  auto store = openIntegers(folder);
  // 01 02 03 04: two rows, of three columns of four bits.
  Weight halves = Weight::unpacked("z", 4, 2, 3);
  EXPECT_EQ(read(*store,
                 Weight::dequantised(halves, Weight::rows("s", 1, 2), {},
                                     {0, 0, 0.0}),
                 {2, 3}),
            (std::vector<float>{2, 0, 4, 6, 0, 8}));
  EXPECT_NE(toString(store->check(halves, {2, 3})), "");
  expectParts(messageOf(store->check(Weight::unpacked("z", 4, 2, 5), {2, 5})),
              {"which does not hold 2 rows of 5 integers of 4 bits"});
}

TEST(WeightStore, RefusesScalesThatDoNotFit) {
  TestFolder folder;
  auto store = openIntegers(folder);
  expectParts(messageOf(store->check(
                  Weight::dequantised("w", "s", {}, {0, 0, 0.0}), {2, 4})),
              {"weight 's' is [4], and weight 'w' is [2, 4], which needs 2"});
  expectParts(messageOf(store->check(
                  Weight::dequantised("s", "s", {}, {0, 0, 0.0}), {4})),
              {"weight 's' is [4] of F32", "integers is dequantised"});
  expectParts(messageOf(store->check("w", {2, 4})), {"weight 'w' holds I8"});
}

TEST(WeightStore, AddsOne) {
  TestFolder folder;
  auto store = open({folder.write("model.safetensors",
                                  fileOf("w", "F32", 2, floats({0.5, -1})))});
  EXPECT_EQ(read(*store, Weight::onePlus("w"), {2}),
            (std::vector<float>{1.5, 0}));
  EXPECT_EQ(read(*store, Weight::onePlus(Weight::rows("w", 1, 2)), {1}),
            std::vector<float>{0});
}

TEST(WeightStore, ScalesRows) {
  TestFolder folder;
  auto store = open(
      {folder.write("one.safetensors",
                    fileOf("w", "F32", 2, floats({0.5, -1}))),
       folder.write("two.safetensors", fileOf("s", "F32", 2, floats({4, 3}))),
       folder.write("three.safetensors",
                    fileOf("t", "F32", 3, floats({1, 1, 1})))});
  EXPECT_EQ(read(*store, Weight::scaledRows("w", "s"), {2}),
            (std::vector<float>{2, -3}));
  expectParts(messageOf(store->read(Weight::scaledRows("w", "t"), {2})),
              {"weight 'w' is [2], and weight 't' is [3], which is not a "
               "factor for each of its rows"});
}

// Names are any bytes: none of these is arithmetic.
TEST(WeightStore, ReadsANameAsAName) {
  TestFolder folder;
  for (StringRef name :
       {"a - b", "a * b", "1 + a", "a[0:1]", "transpose(a)", "(a + 1 * b @ c)",
        "resized(a, 2x2 to 3x3)", "rows<'a', 0, 1>"}) {
    auto store = open(
        {folder.write("a.safetensors", fileOf(name, "F32", 1, floats({7})))});
    EXPECT_EQ(read(*store, name, {1}), std::vector<float>{7});
    EXPECT_FALSE(bool(store->find("a"))) << name.str();
  }
}

TEST(WeightStore, ResizesPositions) {
  WeightDerivation::Resized larger = {2, 3, /*antialiased=*/true};
  // Even stays even, and what comes before the square stays.
  std::vector<float> even(10);
  resizePositions(larger, {9, 2, 2, 2, 2}, 1, 0, even);
  EXPECT_EQ(even[0], 9);
  for (float value : ArrayRef(even).drop_front())
    EXPECT_NEAR(value, 2, 1e-6);
  std::vector<float> same(5);
  resizePositions({2, 2, false}, {9, 1, 2, 3, 4}, 1, 0, same);
  EXPECT_EQ(same, (std::vector<float>{9, 1, 2, 3, 4}));

  TestFolder folder;
  auto store = open({folder.write(
      "a.safetensors", fileOf("p", "F32", 5, floats({9, 1, 2, 3, 4})))});
  expectParts(messageOf(store->find(Weight::resized("p", 3, 2, false))),
              {"weight 'p' is [5]", "less than the square of 3 x 3"});
}

// Every derivation of a [4, 6] matrix: a part of it is the part of the whole,
// at every row and for every count of rows.
TEST(WeightStore, APartIsThePartOfTheWhole) {
  std::string data;
  for (int i = 0; i < 24 + 8 + 12 + 4; ++i) {
    float value = std::sin(float(i));
    data.append(reinterpret_cast<const char *>(&value), sizeof(value));
  }
  TestFolder folder;
  auto store = open({folder.write(
      "a.safetensors",
      safetensorsBytes(
          R"({"w": {"dtype": "F32", "shape": [4, 6], "data_offsets": [0, 96]},)"
          R"( "u": {"dtype": "F32", "shape": [4, 2], "data_offsets": [96, 128]},)"
          R"( "d": {"dtype": "F32", "shape": [2, 6], "data_offsets": [128, 176]},)"
          R"( "s": {"dtype": "F32", "shape": [4], "data_offsets": [176, 192]}})",
          data))});
  Weight sum = Weight::lowRankSum("w", 0.3, "u", "d");
  Weight weights[] = {"w",
                      Weight::rows("w", 1, 4),
                      Weight::onePlus("w"),
                      Weight::scaledRows("w", "s"),
                      Weight::difference("w", sum),
                      Weight::transposed("w"),
                      Weight::transposed(sum),
                      Weight::resized("w", 2, 3, true),
                      Weight::resized(Weight::rows("w", 0, 4), 1, 2, false),
                      sum,
                      Weight::rows(sum, 1, 3),
                      Weight::rows(Weight::transposed("w"), 2, 5)};
  for (const Weight &weight : weights) {
    auto shape = cantFail(store->find(weight)).shape;
    std::vector<float> whole = read(*store, weight, shape);
    for (int64_t first = 0; first < shape[0]; ++first)
      for (int64_t last = first + 1; last <= shape[0]; ++last) {
        std::vector<float> part((last - first) * shape[1]);
        cantFail(store->readRange(weight, first * shape[1], part));
        EXPECT_EQ(ArrayRef(part),
                  ArrayRef(whole).slice(first * shape[1], part.size()))
            << weight.describe() << " " << first << " " << last;
      }
  }
}

// Two adapters of a [2, 3] weight, of rank 1; by hand.
TEST(WeightStore, MergesAnAdapter) {
  TestFolder folder;
  std::string header =
      R"({"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},)"
      R"( "u": {"dtype": "F32", "shape": [2, 2, 1], "data_offsets": [24, 40]},)"
      R"( "d": {"dtype": "F32", "shape": [2, 1, 3], "data_offsets": [40, 64]}})";
  auto store = open(
      {folder.write("a.safetensors",
                    safetensorsBytes(header, floats({1, 2, 3, 4, 5, 6}) +
                                                 floats({9, 9, 1, -2}) +
                                                 floats({9, 9, 9, 2, 4, 6})))});
  Weight up = Weight::rows("u", 1, 2), down = Weight::rows("d", 1, 2);
  Weight sum = Weight::lowRankSum("w", 0.5, up, down);
  EXPECT_EQ(read(*store, sum, {2, 3}), (std::vector<float>{2, 4, 6, 2, 1, 0}));
  EXPECT_EQ(read(*store, Weight::rows(sum, 1, 2), {1, 3}),
            (std::vector<float>{2, 1, 0}));
  expectParts(
      messageOf(store->check(Weight::lowRankSum("w", 0.5, down, up), {2, 3})),
      {"weight 'w' is [2, 3], and its adapter adds [1, 1, 3] times [1, 2, 1]",
       "another size"});
  expectParts(
      messageOf(store->check(Weight::lowRankSum("w", 0.5, up, "e"), {2, 3})),
      {"weight 'e' is in none of the model's files"});
}

//===- weight_store_test.cpp - Weights by name, over several files --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/weight_store.h"

#include "compiler/weights/resized_positions.h"
#include "compiler/weights/weight_attribute.h"
#include "test/unit/files/pickle/pickle_bytes.h"
#include "test/unit/files/test_files.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OwningOpRef.h"

#include <cmath>

using namespace emblem::frontend;
using namespace llvm;

// A file of one tensor [count] of the dtype.
static std::string fileOf(StringRef name, StringRef dtype, size_t count,
                          StringRef data) {
  std::string header;
  raw_string_ostream(header)
      << "{\"" << name << "\": {\"dtype\": \"" << dtype << "\", \"shape\": ["
      << count << "], \"data_offsets\": [0, " << data.size() << "]}}";
  return safetensorsBytes(header, data);
}

static std::string floats(std::initializer_list<float> values) {
  return std::string(reinterpret_cast<const char *>(values.begin()),
                     values.size() * sizeof(float));
}

static std::unique_ptr<WeightStore> open(std::vector<std::string> paths) {
  auto store = WeightStore::open(paths);
  if (!store)
    ADD_FAILURE() << toString(store.takeError());
  return store ? std::move(*store) : nullptr;
}

using Weight = WeightExpression;

static std::vector<float> read(const WeightStore &store, const Weight &weight,
                               ArrayRef<int64_t> shape) {
  auto values = store.read(weight, shape);
  if (!values)
    ADD_FAILURE() << toString(values.takeError());
  return values ? *values : std::vector<float>();
}

TEST(WeightStore, ReadsFloat32) {
  TestFolder folder;
  auto store = open({folder.write(
      "a.safetensors", fileOf("x", "F32", 3, floats({1.5f, -2.f, 3e-40f})))});
  EXPECT_EQ(read(*store, "x", {3}), (std::vector<float>{1.5f, -2.f, 3e-40f}));
}

// Half: 1, -2, the smallest subnormal, the greatest; bfloat16: 1, -2.
TEST(WeightStore, WidensHalves) {
  TestFolder folder;
  auto store = open(
      {folder.write("a.safetensors",
                    fileOf("h", "F16", 4,
                           StringRef("\x00\x3c\x00\xc0\x01\x00\xff\x7b", 8))),
       folder.write("b.safetensors",
                    fileOf("b", "BF16", 2, StringRef("\x80\x3f\x00\xc0", 4)))});
  EXPECT_EQ(read(*store, "h", {4}),
            (std::vector<float>{1, -2, 0x1p-24f, 65504}));
  EXPECT_EQ(read(*store, "b", {2}), (std::vector<float>{1, -2}));
}

TEST(WeightStore, RefusesWhatIsNotFinite) {
  TestFolder folder;
  for (float value : {NAN, INFINITY, -INFINITY}) {
    auto store = open({folder.write(
        "a.safetensors", fileOf("x", "F32", 2, floats({1, value})))});
    EXPECT_EQ(
        messageOf(store->read("x", {2})),
        "the weight 'x' holds a number that is not finite in float32; the "
        "file is damaged, or its training went wrong");
  }
}

// To the nearest float, as torch narrows; what no float holds is refused.
TEST(WeightStore, NarrowsDoubles) {
  TestFolder folder;
  auto doubles = [](std::initializer_list<double> values) {
    std::string bytes;
    for (double value : values)
      bytes += std::string(reinterpret_cast<const char *>(&value), 8);
    return bytes;
  };
  auto store = open({folder.write(
      "a.safetensors",
      fileOf("x", "F64", 4,
             doubles({1.5, 0.1, 1 + 0x1p-24 + 0x1p-52, -0x1p-140})))});
  EXPECT_EQ(read(*store, "x", {4}),
            (std::vector<float>{1.5f, 0.1f, 1 + 0x1p-23f, -0x1p-140f}));
  store = open({folder.write("a.safetensors",
                             fileOf("x", "F64", 2, doubles({1, 4e38})))});
  expectParts(messageOf(store->read("x", {2})),
              {"weight 'x' holds a number that is not finite in float32"});
}

// Views of a pickle's storage: any rows, from anywhere in a row.
TEST(WeightStore, ReadsViews) {
  std::string data;
  for (int i = 0; i < 7; ++i)
    data += floats({float(i)});
  TestFolder folder;
  auto store = open({folder.write(
      "w.pt",
      pickled::torchBytes(
          pickled::mapOf(
              "w", pickled::tensor(pickled::storage("FloatStorage", "0", 7), 1,
                                   {3, 2}, {1, 3})),
          data))});
  EXPECT_EQ(read(*store, "w", {3, 2}), (std::vector<float>{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(read(*store, WeightExpression::rows("w", 1, 3), {2, 2}),
            (std::vector<float>{2, 5, 3, 6}));
  EXPECT_EQ(read(*store, WeightExpression::transposed("w"), {2, 3}),
            (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(read(*store, "w/w", {3, 2}),
            (std::vector<float>{1, 4, 2, 5, 3, 6}));
}

// Old writers did not pad the header, so that the data may begin anywhere.
TEST(WeightStore, ReadsUnalignedData) {
  TestFolder folder;
  for (int padding = 0; padding < 4; ++padding) {
    std::string header =
        R"({"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}})" +
        std::string(padding, ' ');
    auto store = open({folder.write(
        "a.safetensors", safetensorsBytes(header, floats({7.f, 8.f})))});
    EXPECT_EQ(read(*store, "x", {2}), (std::vector<float>{7, 8}));
  }
}

TEST(WeightStore, NamesBothShapes) {
  TestFolder folder;
  auto store = open(
      {folder.write("a.safetensors", fileOf("x", "F32", 2, floats({1, 2})))});
  expectParts(messageOf(store->read("x", {2, 384})),
              {"weight 'x' is [2] in its file", "needs [2, 384]"});
  expectParts(messageOf(store->check("x", {})), {"needs []"});
}

// Old writers put positions in [1, count, features].
TEST(WeightStore, SidesOfOneDoNotMatterBeforeTheLast) {
  TestFolder folder;
  auto store = open({folder.write(
      "a.safetensors",
      safetensorsBytes(
          R"({"x": {"dtype": "F32", "shape": [1, 2, 1, 3], "data_offsets": [0, 24]}})",
          floats({1, 2, 3, 4, 5, 6})))});
  EXPECT_EQ(read(*store, "x", {2, 3}), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_NE(toString(store->check("x", {3, 2})), "");
  EXPECT_NE(toString(store->check("x", {2, 3, 1})), "");
}

// What is made of parts of a weight needs its sides as they are.
TEST(WeightStore, LeadingSidesOfOneAreNoRows) {
  TestFolder folder;
  auto store = open({folder.write(
      "a.safetensors",
      safetensorsBytes(
          R"({"w": {"dtype": "F32", "shape": [1, 3, 2], "data_offsets": [0, 24]},)"
          R"( "v": {"dtype": "F32", "shape": [1, 2], "data_offsets": [24, 32]}})",
          floats({1, 2, 3, 4, 5, 6, 7, 8})))});
  std::vector<float> values = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(read(*store, "w", {3, 2}), values);
  EXPECT_EQ(read(*store, Weight::rows("w", 0, 1), {3, 2}), values);
  EXPECT_EQ(toString(store->check(Weight::rows("w", 1, 2), {1, 2})),
            "weight 'w' is [1, 3, 2], and the model asks for rows 1 to 2");
  EXPECT_EQ(toString(store->check(Weight::transposed("w"), {2, 3})),
            "weight 'w' is [1, 3, 2], and only a matrix can be transposed");
  EXPECT_EQ(read(*store, "v", {2}), (std::vector<float>{7, 8}));
  EXPECT_EQ(read(*store, "v", {1, 2}), (std::vector<float>{7, 8}));
  EXPECT_NE(toString(store->check("v", {2, 1})), "");
  EXPECT_NE(toString(store->check("w", {2, 3})), "");
  EXPECT_NE(toString(store->check("w", {1, 3, 2})), "");
}

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

TEST(WeightStore, ListsTheNearestNames) {
  TestFolder folder;
  auto store = open(
      {folder.write("a.safetensors",
                    fileOf("encoder.layer.0.weight", "F32", 1, floats({1}))),
       folder.write("b.safetensors", fileOf("pooler", "F32", 1, floats({1})))});
  expectParts(messageOf(store->find("encoder.layers.0.weight")),
              {"weight 'encoder.layers.0.weight' is in none",
               "'encoder.layer.0.weight', 'pooler'"});
}

TEST(WeightStore, AnEmptyStoreSaysSo) {
  auto store = open({});
  expectParts(messageOf(store->find("x")), {"names no weight files"});
}

TEST(WeightStore, RefusesIntegers) {
  TestFolder folder;
  auto store = open(
      {folder.write("a.safetensors", fileOf("x", "I64", 1, floats({1, 2})))});
  expectParts(messageOf(store->read("x", {1})),
              {"weight 'x' holds I64", "F32, F16, BF16 or F64"});
}

TEST(WeightStore, RefusesOtherKindsOfFiles) {
  expectParts(messageOf(WeightStore::open(std::string("model.h5"))),
              {"'model.h5'", ".safetensors"});
  // Word vectors end in .bin too.
  TestFolder folder;
  for (StringRef bytes :
       {StringRef("PK\x03\x04zip"), StringRef("\x80\x02pickle")})
    expectParts(
        messageOf(WeightStore::open(folder.write("pytorch_model.bin", bytes))),
        {"pytorch_model.bin' is damaged"});
}

TEST(WeightStore, QualifiesNamesByTheirFolder) {
  TestFolder folder;
  auto store = open({folder.write("2_Dense/model.safetensors",
                                  fileOf("w", "F32", 1, floats({2}))),
                     folder.write("3_Dense/model.safetensors",
                                  fileOf("w", "F32", 1, floats({3})))});
  EXPECT_EQ(read(*store, "2_Dense/w", {1}), std::vector<float>{2});
  EXPECT_EQ(read(*store, "3_Dense/w", {1}), std::vector<float>{3});
  expectParts(messageOf(store->find("w")),
              {"weight 'w' is in both", "2_Dense", "3_Dense", "folder/name"});
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

TEST(WeightStore, ReadsWordVectors) {
  TestFolder folder;
  auto store = open({folder.write("v.vec", "3 2\na 1 2\nb 3 4\nc 5 6\n")});
  EXPECT_EQ(read(*store, wordVectorTable, {3, 2}),
            (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(read(*store, Weight::rows(wordVectorTable, 1, 2), {1, 2}),
            (std::vector<float>{3, 4}));
  EXPECT_EQ(read(*store, Weight::transposed(wordVectorTable), {2, 3}),
            (std::vector<float>{1, 3, 5, 2, 4, 6}));
}

TEST(WeightStore, ReadsShards) {
  TestFolder folder;
  folder.write("one.safetensors", fileOf("a", "F32", 1, floats({1})));
  folder.write("two.safetensors", fileOf("b", "F32", 1, floats({2})));
  auto store = open({folder.write(
      "model.safetensors.index.json",
      R"({"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}})")});
  EXPECT_EQ(read(*store, "a", {1}), std::vector<float>{1});
  EXPECT_EQ(read(*store, "b", {1}), std::vector<float>{2});
}

TEST(WeightStore, RefusesAnIndexThatLies) {
  TestFolder folder;
  folder.write("one.safetensors", fileOf("a", "F32", 1, floats({1})));
  auto messageFor = [&](StringRef json) {
    return messageOf(
        WeightStore::open(folder.write("model.safetensors.index.json", json)));
  };
  expectParts(messageFor("{}"), {"'weight_map' is missing"});
  expectParts(messageFor(R"({"weight_map": [1]})"), {"'weight_map' is [1]"});
  expectParts(messageFor(R"({"weight_map": {"a": 3}})"),
              {"weight 'a' must name a file beside the index"});
  expectParts(messageFor(R"({"weight_map": {"a": "../one.safetensors"}})"),
              {"weight 'a' must name a file beside the index"});
  expectParts(messageFor(R"({"weight_map": {"a": "gone.safetensors"}})"),
              {"cannot read", "gone.safetensors"});
  expectParts(messageFor(R"({"weight_map": {"b": "one.safetensors"}})"),
              {"says that weight 'b' is in 'one.safetensors'"});
}

namespace {
/// emb.weight "x" of a type, with or without its value in place.
class WeightOpTest : public testing::Test {
protected:
  WeightOpTest() : builder(&context) {
    context.loadDialect<emblem::emb::EmbDialect>();
  }
  emblem::emb::WeightOp weight(mlir::Type element,
                               mlir::ElementsAttr value = nullptr) {
    op =
        emblem::emb::WeightOp::create(builder, builder.getUnknownLoc(),
                                      mlir::RankedTensorType::get({2}, element),
                                      builder.getStringAttr("x"), value);
    return *op;
  }
  mlir::MLIRContext context;
  mlir::OpBuilder builder;
  mlir::OwningOpRef<emblem::emb::WeightOp> op;
};
} // namespace

TEST_F(WeightOpTest, ReadsAValueInPlace) {
  auto type = mlir::RankedTensorType::get({2}, builder.getF16Type());
  auto value = mlir::DenseElementsAttr::get(
      type, {APFloat(APFloat::IEEEhalf(), "0.5"),
             APFloat(APFloat::IEEEhalf(), "-65504")});
  auto values = readWeight(weight(builder.getF16Type(), value), *open({}));
  ASSERT_TRUE(bool(values)) << toString(values.takeError());
  EXPECT_EQ(*values, (std::vector<float>{0.5f, -65504.f}));
}

TEST_F(WeightOpTest, ReadsFromTheStoreOrRefuses) {
  TestFolder folder;
  auto store = open(
      {folder.write("a.safetensors",
                    fileOf("x", "F16", 2, StringRef("\x00\x3c\x00\xc0", 4)))});
  auto values = readWeight(weight(builder.getF32Type()), *store);
  ASSERT_TRUE(bool(values)) << toString(values.takeError());
  EXPECT_EQ(*values, (std::vector<float>{1, -2}));
  EXPECT_FALSE(bool(checkWeight(weight(builder.getF16Type()), *store)));
  expectParts(messageOf(checkWeight(weight(builder.getBF16Type()), *store)),
              {"weight 'x' is F16 in its file", "says bf16"});
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

// From IR and back.
TEST(WeightExpression, IsAnAttribute) {
  mlir::MLIRContext context;
  context.loadDialect<emblem::emb::EmbDialect>();
  Weight sum = Weight::lowRankSum("w", 0.1, Weight::rows("u", 1, 2), "d");
  for (const Weight &weight :
       {Weight("w"), Weight::rows(sum, 0, 4), Weight::onePlus("w"),
        Weight::scaledRows("w", "s"), Weight::difference("w", "v"),
        Weight::transposed("w"), Weight::resized("w", 4, 2, true)}) {
    mlir::Attribute attribute = toAttribute(weight, context);
    EXPECT_EQ(toWeight(attribute), weight) << weight.describe();
    EXPECT_EQ(toAttribute(weight, context), attribute);
    EXPECT_EQ(emblem::emb::getTensorName(attribute), "w");
  }
}

TEST(WeightExpression, SaysWhatItIs) {
  Weight sum = Weight::lowRankSum("w", 0.5, "u", "d");
  EXPECT_EQ(Weight("w").describe(), "weight 'w'");
  EXPECT_EQ(Weight::rows(sum, 0, 4).describe(),
            "weight 'w' (plus 0.5 times weight 'u' times weight 'd') (rows 0 "
            "to 4)");
  EXPECT_EQ(Weight::resized("p", 37, 16, false).describe(),
            "weight 'p' (resized from 37 x 37 to 16 x 16)");
  EXPECT_EQ(Weight::scaledRows("w", "s").describe(),
            "weight 'w' (rows times weight 's')");
}

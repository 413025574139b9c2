//===- weight_store_test.cpp - Weights by name, over several files --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/weight_store.h"

#include "test/unit/files/pickle/pickle_bytes.h"
#include "test/unit/weights/weight_files.h"

#include <cmath>

using namespace emblem::frontend;
using namespace llvm;

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

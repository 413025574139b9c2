//===- weight_store_test.cpp - Weights by name, over several files --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/weight_store.h"

#include "compiler/weights/resized_positions.h"
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

static std::vector<float> read(const WeightStore &store, StringRef name,
                               ArrayRef<int64_t> shape) {
  auto values = store.read(name, shape);
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
    EXPECT_EQ(messageOf(store->read("x", {2})),
              "the weight 'x' holds a number that is not finite; the file is "
              "damaged, or its training went wrong");
  }
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

TEST(WeightStore, RowsOfAWeight) {
  TestFolder folder;
  auto store = open({folder.write(
      "a.safetensors",
      safetensorsBytes(
          R"({"w": {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24]}})",
          floats({1, 2, 3, 4, 5, 6})))});
  EXPECT_EQ(read(*store, "w[1:3]", {2, 2}), (std::vector<float>{3, 4, 5, 6}));
  EXPECT_EQ(read(*store, "w[0:1]", {1, 2}), (std::vector<float>{1, 2}));
  EXPECT_EQ(toString(store->check("w[2:4]", {2, 2})),
            "weight 'w[2:4]' asks for rows 2 to 4, and the whole is [3, 2]");
  EXPECT_NE(toString(store->check("w[1:1]", {0, 2})), "");
  EXPECT_NE(toString(store->check("v[0:1]", {1, 2})).find("'v' is in none"),
            std::string::npos);
}

TEST(WeightStore, DifferenceOfTwo) {
  TestFolder folder;
  auto store = open({folder.write(
      "a.safetensors",
      safetensorsBytes(
          R"({"w": {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24]}})",
          floats({1, 2, 3, 5, 8, 13})))});
  EXPECT_EQ(read(*store, "w[2:3] - w[0:1]", {1, 2}),
            (std::vector<float>{7, 11}));
  EXPECT_NE(toString(store->check("w[0:1] - w[0:2]", {1, 2})), "");
  EXPECT_NE(toString(store->check("w[0:1] - v", {1, 2})).find("'v' is in none"),
            std::string::npos);
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

TEST(WeightStore, RefusesIntegersAndDoubles) {
  TestFolder folder;
  auto store = open(
      {folder.write("a.safetensors", fileOf("x", "I64", 1, floats({1, 2})))});
  expectParts(messageOf(store->read("x", {1})),
              {"weight 'x' holds I64", "F32, F16 or BF16"});
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
        {"pytorch_model.bin' is a PyTorch checkpoint", "safetensors"});
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

TEST(WeightStore, AddsOneWhereTheNameSaysSo) {
  TestFolder folder;
  auto store = open({folder.write("model.safetensors",
                                  fileOf("w", "F32", 2, floats({0.5, -1})))});
  EXPECT_EQ(read(*store, "1 + w", {2}), (std::vector<float>{1.5, 0}));
  EXPECT_EQ(read(*store, "1 + w[1:2]", {1}), std::vector<float>{0});
}

TEST(WeightStore, ScalesRowsWhereTheNameSaysSo) {
  TestFolder folder;
  auto store = open(
      {folder.write("one.safetensors",
                    fileOf("w", "F32", 2, floats({0.5, -1}))),
       folder.write("two.safetensors", fileOf("s", "F32", 2, floats({4, 3}))),
       folder.write("three.safetensors",
                    fileOf("t", "F32", 3, floats({1, 1, 1})))});
  EXPECT_EQ(read(*store, "s * w", {2}), (std::vector<float>{2, -3}));
  expectParts(messageOf(store->read("t * w", {2})),
              {"weight 't' is [3] in its file, and the model needs [2]"});
}

TEST(WeightStore, ResizesPositions) {
  auto positions =
      ResizedPositions::parse("resized(a.b, 2x2 to 3x3, antialiased)");
  ASSERT_TRUE(positions);
  EXPECT_EQ(positions->table, "a.b");
  EXPECT_EQ(positions->name(), "resized(a.b, 2x2 to 3x3, antialiased)");
  // Even stays even, and what comes before the square stays.
  std::vector<float> even = positions->resize({9, 2, 2, 2, 2}, 1);
  ASSERT_EQ(even.size(), 10u);
  EXPECT_EQ(even[0], 9);
  for (float value : ArrayRef(even).drop_front())
    EXPECT_NEAR(value, 2, 1e-6);
  ResizedPositions same = {"t", 2, 2, false};
  EXPECT_EQ(same.resize({9, 1, 2, 3, 4}, 1),
            (std::vector<float>{9, 1, 2, 3, 4}));
  EXPECT_FALSE(ResizedPositions::parse("resized(t, 2x3 to 3x3)"));
  EXPECT_FALSE(ResizedPositions::parse("w[2:3]"));
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
  EXPECT_EQ(read(*store, "(w + 0.5 * u[1:2] @ d[1:2])", {2, 3}),
            (std::vector<float>{2, 4, 6, 2, 1, 0}));
  EXPECT_EQ(read(*store, "(w + 0.5 * u[1:2] @ d[1:2])[1:2]", {1, 3}),
            (std::vector<float>{2, 1, 0}));
  expectParts(messageOf(store->check("(w + 0.5 * d[1:2] @ u[1:2])", {2, 3})),
              {"adds [1, 1, 3] times [1, 2, 1] to [2, 3]", "another size"});
  expectParts(messageOf(store->check("(w + 0.5 * u[1:2] @ e)", {2, 3})),
              {"weight 'e' is in none of the model's files"});
}

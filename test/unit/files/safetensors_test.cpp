//===- safetensors_test.cpp - A file that lies is refused -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/safetensors.h"
#include "test/unit/files/test_files.h"

using namespace emblem::frontend;
using namespace llvm;

static Expected<std::unique_ptr<Safetensors>> parse(StringRef bytes) {
  return Safetensors::parse(
      MemoryBuffer::getMemBufferCopy(bytes, "weights.safetensors"));
}

static Expected<std::unique_ptr<Safetensors>> parse(StringRef header,
                                                    StringRef data) {
  return parse(safetensorsBytes(header, data));
}

static const std::string zeros(16, '\0');

TEST(Safetensors, ReadsTensorsInOrderOfName) {
  auto file = parse(
      R"({"__metadata__": {"format": "pt"},
          "b": {"dtype": "F16", "shape": [2, 2], "data_offsets": [0, 8]},
          "a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]}})",
      "halfhalffloatfoo");
  ASSERT_TRUE(bool(file)) << toString(file.takeError());
  const auto &tensors = (*file)->getTensors();
  ASSERT_EQ(tensors.size(), 2u);
  const WeightView &a = tensors.at("a"), &b = tensors.at("b");
  EXPECT_EQ(tensors.begin()->first, "a");
  EXPECT_EQ(a.type, ElementType::F32);
  EXPECT_EQ(StringRef(a.data, 8), "floatfoo");
  EXPECT_EQ(b.type, ElementType::F16);
  EXPECT_EQ(b.shape, ArrayRef<int64_t>({2, 2}));
  EXPECT_EQ(b.elementCount(), 4);
  EXPECT_EQ(StringRef(b.data, 8), "halfhalf");
}

TEST(Safetensors, ReadsScalarsAndEmptyTensors) {
  auto file =
      parse(R"({"e": {"dtype": "F32", "shape": [0, 3], "data_offsets": [0, 0]},
                "s": {"dtype": "I64", "shape": [], "data_offsets": [0, 8]}})",
            StringRef(zeros).take_front(8));
  ASSERT_TRUE(bool(file)) << toString(file.takeError());
  EXPECT_EQ((*file)->getTensors().at("e").elementCount(), 0);
  EXPECT_EQ((*file)->getTensors().at("s").elementCount(), 1);
}

TEST(Safetensors, ReadsAFileFromDisk) {
  TestFolder folder;
  std::string path = folder.write(
      "w.safetensors",
      safetensorsBytes(
          R"({"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}})",
          zeros));
  auto file = Safetensors::open(path);
  ASSERT_TRUE(bool(file)) << toString(file.takeError());
  EXPECT_EQ((*file)->getPath(), path);
}

TEST(Safetensors, RefusesAMissingFile) {
  expectParts(messageOf(Safetensors::open("nowhere.safetensors")),
              {"cannot read 'nowhere.safetensors'", "No such file"});
}

TEST(Safetensors, RefusesAFolder) {
  TestFolder folder;
  expectParts(messageOf(Safetensors::open(folder.getPath())),
              {"cannot read", "directory"});
}

TEST(Safetensors, RefusesAFileShorterThanTheHeadersSize) {
  expectParts(messageOf(parse("1234567")),
              {"'weights.safetensors' is damaged", "too short"});
}

TEST(Safetensors, RefusesAnEmptyHeader) {
  expectParts(messageOf(parse("", "")), {"header is empty"});
}

TEST(Safetensors, RefusesAHugeHeader) {
  expectParts(messageOf(parse(StringRef("\xff\xff\xff\xff\xff\xff\xff\xff{}"))),
              {"claims 18446744073709551615 bytes", "allows 100000000"});
}

TEST(Safetensors, RefusesAHeaderBeyondTheFile) {
  expectParts(messageOf(parse(StringRef("\x09\0\0\0\0\0\0\0{}", 10))),
              {"claims 9 bytes, and the file has 10"});
}

TEST(Safetensors, RefusesBadJson) {
  expectParts(messageOf(parse("{\"a\": }", "")),
              {"weights.safetensors (header):1:", "not valid JSON"});
}

TEST(Safetensors, RefusesDeepJson) {
  expectParts(messageOf(parse(std::string(1000000, '['), "")), {"levels"});
}

TEST(Safetensors, RefusesAHeaderThatIsNoObject) {
  expectParts(messageOf(parse("[1, 2]", "")), {"not a JSON object"});
}

namespace {
/// A header of one tensor 'a', and what its refusal must say.
struct Lie {
  const char *name;
  const char *tensor;
  std::vector<const char *> parts;
};
class LyingTensor : public testing::TestWithParam<Lie> {};
} // namespace

TEST_P(LyingTensor, IsRefused) {
  std::string message = messageOf(
      parse(std::string("{\"a\": ") + GetParam().tensor + "}", zeros));
  expectParts(message, {"'weights.safetensors'", "tensor 'a'"});
  for (const char *part : GetParam().parts)
    expectParts(message, {part});
}

INSTANTIATE_TEST_SUITE_P(
    Safetensors, LyingTensor,
    testing::Values(
        Lie{"NotAnObject", "3", {"has no dtype, shape and data_offsets"}},
        Lie{"NoDtype", R"({"shape": [4], "data_offsets": [0, 16]})", {"dtype"}},
        Lie{"NoShape",
            R"({"dtype": "F32", "data_offsets": [0, 16]})",
            {"shape"}},
        Lie{"NoRange", R"({"dtype": "F32", "shape": [4]})", {"data_offsets"}},
        Lie{"ThreeOffsets",
            R"({"dtype": "F32", "shape": [4], "data_offsets": [0, 8, 16]})",
            {"data_offsets [begin, end]"}},
        Lie{"UnknownDtype",
            R"({"dtype": "F24", "shape": [4], "data_offsets": [0, 16]})",
            {"'F24'", "save the model as F32, F16 or BF16"}},
        Lie{"NegativeSize",
            R"({"dtype": "F32", "shape": [-4], "data_offsets": [0, 16]})",
            {"shape that is not a list of sizes"}},
        Lie{"FractionalSize",
            R"({"dtype": "F32", "shape": [1.5], "data_offsets": [0, 16]})",
            {"shape that is not a list of sizes"}},
        Lie{"OverflowingShape",
            R"({"dtype": "F32", "shape": [4294967296, 4294967296],
                "data_offsets": [0, 16]})",
            {"more than 2^63 bytes"}},
        Lie{"NegativeOffset",
            R"({"dtype": "F32", "shape": [4], "data_offsets": [-16, 0]})",
            {"not byte offsets"}},
        Lie{"Reversed",
            R"({"dtype": "F32", "shape": [4], "data_offsets": [16, 0]})",
            {"ends before it begins"}},
        Lie{"BeyondTheFile",
            R"({"dtype": "F32", "shape": [5], "data_offsets": [0, 20]})",
            {"reaches to byte 20 of the data, which has 16"}},
        Lie{"HugeOffset",
            R"({"dtype": "F32", "shape": [4],
                "data_offsets": [0, 9223372036854775807]})",
            {"reaches to byte 9223372036854775807"}},
        Lie{"TooFewBytes",
            R"({"dtype": "F32", "shape": [4], "data_offsets": [0, 8]})",
            {"needs 16 bytes for its shape and dtype, and has 8"}},
        Lie{"TooManyBytes",
            R"({"dtype": "F16", "shape": [4], "data_offsets": [0, 16]})",
            {"needs 8 bytes for its shape and dtype, and has 16"}}),
    [](const testing::TestParamInfo<Lie> &info) { return info.param.name; });

TEST(Safetensors, RefusesOverlap) {
  expectParts(
      messageOf(parse(
          R"({"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]},
              "b": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]}})",
          zeros)),
      {"tensors 'a' and 'b' overlap"});
}

TEST(Safetensors, RefusesAGap) {
  expectParts(
      messageOf(parse(
          R"({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
              "b": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]}})",
          zeros)),
      {"bytes before tensor 'b' belong to no tensor"});
}

TEST(Safetensors, RefusesBytesBehindTheLastTensor) {
  expectParts(
      messageOf(parse(
          R"({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}})",
          zeros)),
      {"last 12 bytes belong to no tensor"});
}

//===- gguf_file_test.cpp - A file that lies is refused -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/gguf/blocks.h"
#include "compiler/files/gguf/gguf_file.h"
#include "test/unit/files/gguf/gguf_bytes.h"
#include "test/unit/files/test_files.h"

#include <numeric>
#include <random>

using namespace emblem::frontend;
using namespace llvm;

namespace {
enum Type : uint32_t {
  Uint8,
  Int8,
  Uint16,
  Int16,
  Uint32,
  Int32,
  Float32,
  Bool,
  String,
  Array,
  Uint64,
  Int64,
  Float64
};
enum Tensor : uint32_t { F32 = 0, F16 = 1, Q4_0 = 2, Q8_0 = 8, Q4_K = 12 };
} // namespace

static Expected<std::unique_ptr<GgufFile>> parse(StringRef bytes) {
  return GgufFile::parse(MemoryBuffer::getMemBufferCopy(bytes, "model.gguf"));
}

static Expected<std::unique_ptr<GgufFile>> parse(const GgufBytes &file) {
  return parse(file.bytes());
}

static std::string arrayBytes(uint32_t type, uint64_t count,
                              const std::string &elements) {
  return numberBytes(type) + numberBytes(count) + elements;
}

// A bit of everything; every byte of it but padding says something.
static GgufBytes makeFile() {
  GgufBytes file;
  file.key("general.architecture", String, stringBytes("bert"))
      .key("u8", Uint8, numberBytes<uint8_t>(200))
      .key("i8", Int8, numberBytes<int8_t>(-3))
      .key("u16", Uint16, numberBytes<uint16_t>(60000))
      .key("i16", Int16, numberBytes<int16_t>(-300))
      .key("u32", Uint32, numberBytes<uint32_t>(4000000000))
      .key("i32", Int32, numberBytes<int32_t>(-4))
      .key("f32", Float32, numberBytes(1e-12f))
      .key("yes", Bool, numberBytes<uint8_t>(1))
      .key("u64", Uint64, numberBytes<uint64_t>(1))
      .key("i64", Int64, numberBytes<int64_t>(-5))
      .key("f64", Float64, numberBytes(0.1))
      .key("words", Array,
           arrayBytes(String, 2, stringBytes("a") + stringBytes("▁b")))
      .key("flags", Array, arrayBytes(Bool, 2, {'\1', '\0'}))
      .tensor("half", {4, 2}, F16, 64)
      .tensor("float", {3}, F32, 0)
      .tensor("blocks", {32, 2}, Q8_0, 96)
      .tensor("large", {256}, Q4_K, 192);
  file.data.resize(192 + 144);
  std::iota(file.data.begin(), file.data.end(), '\0');
  return file;
}

TEST(GgufFile, ReadsEveryTypeOfKey) {
  auto file = parse(makeFile());
  ASSERT_TRUE(bool(file)) << toString(file.takeError());
  const json::Object &keys = (*file)->getMetadata();
  EXPECT_EQ(keys.getString("general.architecture"), StringRef("bert"));
  EXPECT_EQ(keys.getInteger("u8"), 200);
  EXPECT_EQ(keys.getInteger("i8"), -3);
  EXPECT_EQ(keys.getInteger("u16"), 60000);
  EXPECT_EQ(keys.getInteger("i16"), -300);
  EXPECT_EQ(keys.getInteger("u32"), 4000000000);
  EXPECT_EQ(keys.getInteger("i32"), -4);
  EXPECT_EQ(keys.getInteger("u64"), 1);
  EXPECT_EQ(keys.getInteger("i64"), -5);
  EXPECT_EQ(keys.getBoolean("yes"), true);
  EXPECT_EQ(keys.getNumber("f64"), 0.1);
  EXPECT_EQ(*keys.getArray("words"), json::Array({"a", "▁b"}));
  EXPECT_EQ(*keys.getArray("flags"), json::Array({true, false}));
}

TEST(GgufFile, AFloatIsItsShortestDecimals) {
  auto file = parse(makeFile());
  ASSERT_TRUE(bool(file)) << toString(file.takeError());
  EXPECT_EQ((*file)->getMetadata().getNumber("f32"), 1e-12);
}

TEST(GgufFile, ReadsTensorsWithTheInnermostSideLast) {
  auto file = parse(makeFile());
  ASSERT_TRUE(bool(file)) << toString(file.takeError());
  const auto &tensors = (*file)->getTensors();
  ASSERT_EQ(tensors.size(), 4u);
  const WeightView &half = tensors.at("half");
  EXPECT_EQ(half.type, ElementType::F16);
  EXPECT_EQ(half.shape, ArrayRef<int64_t>({2, 4}));
  EXPECT_EQ(half.data[0], 64);
  EXPECT_EQ(tensors.at("float").data[0], 0);
  EXPECT_EQ(tensors.at("blocks").type, ElementType::Q8_0);
}

TEST(GgufFile, HeedsTheAlignment) {
  GgufBytes file;
  file.key("general.alignment", Uint32, numberBytes<uint32_t>(4096))
      .tensor("a", {1}, F32, 4096);
  std::string bytes = file.bytes();
  bytes.resize(3 * 4096);
  bytes[2 * 4096] = 7;
  auto parsed = parse(bytes);
  ASSERT_TRUE(bool(parsed)) << toString(parsed.takeError());
  EXPECT_EQ((*parsed)->getTensors().at("a").data[0], 7);
}

static void expectDamaged(const GgufBytes &file, const char *what) {
  expectParts(messageOf(parse(file)), {"'model.gguf' is damaged: ", what,
                                       "; download or save it again"});
}

TEST(GgufFile, RefusesOtherFilesAndVersions) {
  expectParts(messageOf(parse("GGUF")), {"does not begin as a GGUF file does"});
  expectParts(messageOf(parse(std::string(100, 'x'))),
              {"'model.gguf' is damaged", "does not begin as a GGUF file"});
  GgufBytes file;
  file.version = 1;
  expectParts(messageOf(parse(file)),
              {"'model.gguf' is of GGUF version 1; supported are 2 and 3"});
  file.version = 0x03000000;
  expectParts(messageOf(parse(file)), {"is a big-endian GGUF file"});
}

TEST(GgufFile, RefusesKeysThatLie) {
  expectDamaged(GgufBytes().key("a", 13, ""),
                "'a' has a value of type 13, which the format does not have");
  expectDamaged(GgufBytes().key("a", Array, arrayBytes(Array, 0, "")),
                "'a' has a value of type 9, which the format does not have");
  expectDamaged(GgufBytes().key("a", Array, arrayBytes(13, 0, "")),
                "'a' has a value of type 13, which the format does not have");
  expectDamaged(
      GgufBytes().key("a", Array, arrayBytes(Uint64, uint64_t(1) << 62, "")),
      "'a' claims 4611686018427387904 elements");
  expectDamaged(GgufBytes().key("a", Bool, "\2"),
                "'a' is neither true nor false");
  expectDamaged(GgufBytes().key("a", String, stringBytes("\xFF")),
                "'a' is not UTF-8");
  expectDamaged(GgufBytes().key("\xFF", Uint8, "1"),
                "its key number 0 is not UTF-8");
  expectDamaged(GgufBytes().key("a", Uint8, "1").key("a", Uint8, "1"),
                "'a' is there twice");
  expectDamaged(GgufBytes().key("a", String, numberBytes(~uint64_t(0))),
                "it ends within its header");
  for (uint32_t alignment : {0u, 24u, 1u << 17})
    expectDamaged(
        GgufBytes().key("general.alignment", Uint32, numberBytes(alignment)),
        "its 'general.alignment' is not a power of two up to 65536");
}

TEST(GgufFile, RefusesCountsThatLie) {
  GgufBytes file = makeFile();
  file.keyCount = ~uint64_t(0);
  EXPECT_TRUE(errorToBool(parse(file).takeError()));
  file = makeFile();
  file.tensorCount = ~uint64_t(0);
  EXPECT_TRUE(errorToBool(parse(file).takeError()));
}

TEST(GgufFile, RefusesTensorsThatLie) {
  auto one = [](ArrayRef<uint64_t> sides, uint32_t type, uint64_t offset) {
    GgufBytes file;
    file.tensor("t", sides, type, offset).data.resize(256);
    return file;
  };
  expectDamaged(one({}, F32, 0), "tensor 't' has 0 sides");
  expectDamaged(one({1, 1, 1, 1, 1}, F32, 0), "tensor 't' has 5 sides");
  expectDamaged(one({4, 0}, F32, 0), "tensor 't' has a side of 0");
  expectDamaged(one({uint64_t(1) << 40, uint64_t(1) << 40}, F32, 0),
                "tensor 't' has a shape of more than 2^63 bytes");
  expectDamaged(one({uint64_t(1) << 62}, F32, 0),
                "tensor 't' has a shape of more than 2^63 bytes");
  expectDamaged(one({48}, Q4_0, 0),
                "tensor 't' has rows of 48, and the blocks of Q4_0 hold 32");
  expectDamaged(one({32}, F32, 4),
                "tensor 't' begins at byte 4 of the data, which is no multiple "
                "of 32");
  expectDamaged(one({16, 4}, F32, 32),
                "tensor 't' reaches to byte 288 of the data, which has 256");
  expectDamaged(one({8}, F32, ~uint64_t(31)), "tensor 't' reaches beyond 2^64");
  expectDamaged(one({64}, F32, 0).tensor("u", {1}, F32, 224),
                "tensors 't' and 'u' overlap");
  expectDamaged(one({1}, F32, 0).tensor("t", {1}, F32, 32),
                "tensor 't' is there twice");
  expectParts(messageOf(parse(one({256}, 16, 0))),
              {"'model.gguf': tensor 't' is of the type IQ2_XXS; supported are "
               "F32, F16, BF16, Q4_0"});
  expectParts(messageOf(parse(one({256}, 99, 0))),
              {"tensor 't' is of the type number 99; supported are"});
}

TEST(GgufFile, RefusesEveryBeginningOfAFile) {
  std::string bytes = makeFile().bytes();
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_TRUE(
        errorToBool(parse(StringRef(bytes).take_front(size)).takeError()))
        << size << " bytes of " << bytes.size();
}

// What can be read of a file, every element of it, so that a reader that
// believes too much reads where a sanitizer sees it.
static void readAll(StringRef bytes) {
  auto file = parse(bytes);
  if (!file) {
    consumeError(file.takeError());
    return;
  }
  for (const auto &[name, view] : (*file)->getTensors()) {
    const ElementTypeInfo &info = getInfo(view.type);
    int64_t size = view.elementCount() / info.count * info.size;
    ASSERT_LE(size, int64_t(bytes.size())) << name;
    if (hasBlocks(view.type)) {
      std::vector<float> values(view.elementCount());
      decodeBlocks(view.type, view.data, values);
    }
    EXPECT_GE(std::accumulate(view.data, view.data + size, int64_t(0)),
              -128 * size);
  }
}

TEST(GgufFile, NoChangedByteCrashesIt) {
  const std::string bytes = makeFile().bytes();
  for (size_t i = 0; i < bytes.size(); ++i)
    for (int change : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
      std::string changed = bytes;
      changed[i] = char(changed[i] ^ change);
      readAll(changed);
    }
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string changed = bytes;
    for (int i = 0; i < 4; ++i)
      changed[random() % changed.size()] = char(random());
    changed.resize(changed.size() - random() % 3 * (random() % 100));
    readAll(changed);
  }
}

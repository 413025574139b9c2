//===- tables_test.cpp - The compiled bytes, and opening them -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiled_tokenizer.h"

using namespace emblem;
using runtime::TokenizerHeader;

namespace {
class Tables : public ::testing::Test {
protected:
  Tables()
      : bytes(llvm::cantFail(
            frontend::compileTokenizer(describeTokenizer({"a", "##b"})))) {
    data = static_cast<char *>(
        std::aligned_alloc(64, bytes.size() + 64)); // and room to misalign
    std::memcpy(data, bytes.data(), bytes.size());
  }
  ~Tables() override { std::free(data); }

  TokenizerHeader &header() {
    return *reinterpret_cast<TokenizerHeader *>(data);
  }

  std::string openError(const void *tables, size_t size) {
    runtime::Tokenizer tokenizer;
    const char *error = "";
    EXPECT_FALSE(runtime::Tokenizer::open(tables, size, tokenizer, &error));
    return error;
  }

  std::string bytes;
  char *data;
};
} // namespace

TEST_F(Tables, AreTheSameEachTime) {
  EXPECT_EQ(bytes, llvm::cantFail(frontend::compileTokenizer(
                       describeTokenizer({"a", "##b"}))));
}

TEST_F(Tables, SayHowLargeTheVocabularyIs) {
  EXPECT_EQ(header().vocabularySize, 6u);
  EXPECT_EQ(header().bytes, bytes.size());
  EXPECT_EQ(bytes.size() % 64, 0u);
}

TEST_F(Tables, WorkAtAnyAlignedAddress) {
  std::memmove(data + 64, data, bytes.size());
  std::memset(data, 0xEE, 64);
  runtime::Tokenizer tokenizer;
  const char *error = "";
  ASSERT_TRUE(
      runtime::Tokenizer::open(data + 64, bytes.size(), tokenizer, &error));
  int32_t ids[8];
  runtime::Tokenizer::Scratch scratch;
  ASSERT_EQ(tokenizer.encode("ab", 8, ids, scratch).count, 4);
  EXPECT_EQ(Ids(ids, ids + 4), Ids({2, 4, 5, 3}));
}

TEST_F(Tables, RefusesOtherBytes) {
  const char *expected =
      "these bytes are not a compiled tokenizer; compile the model again";
  EXPECT_EQ(openError(data, sizeof(TokenizerHeader) - 1), expected);
  EXPECT_EQ(openError(data, 0), expected);
  header().magic ^= 1;
  EXPECT_EQ(openError(data, bytes.size()), expected);
}

TEST_F(Tables, RefusesAnotherVersion) {
  ++header().version;
  EXPECT_EQ(openError(data, bytes.size()),
            "the tokenizer was compiled for another version of the runtime; "
            "compile the model again");
}

TEST_F(Tables, RefusesWhatIsCutShort) {
  EXPECT_EQ(openError(data, bytes.size() - 1),
            "the tokenizer's tables are cut short; compile the model again");
}

TEST_F(Tables, RefusesAMisalignedAddress) {
  std::memmove(data + 8, data, bytes.size());
  EXPECT_EQ(openError(data + 8, bytes.size()),
            "the tokenizer's tables are not aligned to 64 bytes");
}

TEST_F(Tables, RefusesSectionsThatDoNotFit) {
  const TokenizerHeader good = header();
  auto refuses = [&](auto change) {
    header() = good;
    change(header());
    EXPECT_EQ(openError(data, bytes.size()),
              "the tokenizer's tables are damaged; compile the model again");
  };
  refuses([](TokenizerHeader &h) { h.trie.offset += 1; });
  refuses([](TokenizerHeader &h) { h.trie.offset = ~uint64_t(63); });
  refuses([](TokenizerHeader &h) { h.trie.count = ~uint64_t(255); });
  refuses(
      [](TokenizerHeader &h) { h.model.wordRoot = uint32_t(h.trie.count); });
  refuses([](TokenizerHeader &h) { h.addedRoot = uint32_t(h.trie.count); });
  refuses([](TokenizerHeader &h) { h.normalizer.count = 1; });
  refuses([](TokenizerHeader &h) { h.wordSteps = {h.trie.offset, 1}; });
  refuses([](TokenizerHeader &h) { h.words.blocks.count -= 1; });
  refuses([](TokenizerHeader &h) { h.words.entries.count = 0; });
  refuses([](TokenizerHeader &h) { h.words.elements.count += 1 << 20; });
  refuses([](TokenizerHeader &h) { h.added.offset += 1 << 20; });
  refuses([](TokenizerHeader &h) { h.model.kind = runtime::ModelKind(9); });
  refuses([](TokenizerHeader &h) { h.model.byteIds.count = 255; });
  refuses([](TokenizerHeader &h) { h.single.count += 1 << 20; });
  refuses([](TokenizerHeader &h) { h.single.count = 1; });
  refuses([](TokenizerHeader &h) { h.pair = h.single; });
}

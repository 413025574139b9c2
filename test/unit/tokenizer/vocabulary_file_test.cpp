//===- vocabulary_file_test.cpp - BERT's vocab.txt ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiled_tokenizer.h"

#include "compiler/tokenizer/read/transformers/load_tokenizer.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace emblem;
using namespace emblem::frontend;
using namespace llvm;

namespace {
class VocabularyFile : public ::testing::Test {
protected:
  VocabularyFile() {
    cantFail(
        errorCodeToError(sys::fs::createUniqueDirectory("vocabulary", folder)));
    write("vocab.txt",
          "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ncafe\n##s\nCafé\n中\n");
  }
  ~VocabularyFile() override { (void)sys::fs::remove_directories(folder); }

  void write(StringRef name, StringRef text) {
    std::error_code error;
    raw_fd_ostream(path(name), error) << text;
    ASSERT_FALSE(error);
  }
  std::string path(StringRef name) {
    SmallString<128> result = folder;
    sys::path::append(result, name);
    return result.str().str();
  }
  Ids encode(StringRef text) {
    return CompiledTokenizer(cantFail(readTokenizer(path("vocab.txt"))))
        .encode(text);
  }
  std::string error() {
    Expected<TokenizerDescription> tokenizer = readTokenizer(path("vocab.txt"));
    return tokenizer ? "accepted" : toString(tokenizer.takeError());
  }

  SmallString<128> folder;
};
} // namespace

TEST_F(VocabularyFile, HasTheDefaultsOfBertTokenizer) {
  EXPECT_EQ(encode("Cafés 中[MASK]"), Ids({2, 5, 6, 8, 4, 3}));
}

TEST_F(VocabularyFile, TheConfigBesideItCounts) {
  write("tokenizer_config.json", R"({"do_lower_case": false,
    "tokenizer_class": "BertTokenizerFast",
    "cls_token": "[MASK]", "truncation_side": "left"})");
  EXPECT_EQ(encode("Cafés"), Ids({4, 7, 6, 3}));
  EXPECT_TRUE(cantFail(readTokenizer(path("vocab.txt"))).truncateLeft);
}

TEST_F(VocabularyFile, KnowsOtherTokenizers) {
  write("tokenizer_config.json", R"({"tokenizer_class": "MPNetTokenizer"})");
  EXPECT_EQ(error(), "accepted");
  write("tokenizer_config.json", R"({"tokenizer_class": "GPT2Tokenizer"})");
  EXPECT_NE(error().find("merges.txt"), std::string::npos) << error();
}

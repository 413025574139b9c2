//===- folder_tokenizer_test.cpp - Folders beside transformers' ids -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// test/fixtures/tokenizer/library/make_library_cases.py writes the folders and
// the ids.
//
//===----------------------------------------------------------------------===//

#include "compiled_tokenizer.h"

#include "compiler/files/json_file.h"
#include "compiler/tokenizer/read/transformers/load_tokenizer.h"

#include "llvm/Support/Base64.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace emblem;
using namespace emblem::frontend;
using namespace llvm;

namespace {
class FolderTokenizer : public ::testing::Test {
protected:
  FolderTokenizer() {
    cantFail(
        errorCodeToError(sys::fs::createUniqueDirectory("tokenizer", folder)));
  }
  ~FolderTokenizer() override { (void)sys::fs::remove_directories(folder); }

  void write(StringRef name, StringRef text) {
    SmallString<128> path = folder;
    sys::path::append(path, name);
    std::error_code error;
    raw_fd_ostream(path, error) << text;
    ASSERT_FALSE(error);
  }
  void clear() {
    (void)sys::fs::remove_directories(folder);
    ASSERT_FALSE(sys::fs::create_directory(folder));
  }
  /// Files by name; SentencePiece's in base64.
  void writeFiles(const json::Object &files) {
    for (const auto &[name, value] : files) {
      std::string text = value.getAsString()->str();
      if (StringRef(name).ends_with(".model")) {
        std::vector<char> bytes;
        cantFail(decodeBase64(text, bytes));
        text.assign(bytes.begin(), bytes.end());
      }
      write(name, text);
    }
  }
  std::string error(const json::Object &overrides = {}) {
    auto tokenizer = readFolderTokenizer(folder, overrides);
    return tokenizer ? "accepted" : toString(tokenizer.takeError());
  }
  Ids encode(StringRef text, const json::Object &overrides = {}) {
    return CompiledTokenizer(cantFail(readFolderTokenizer(folder, overrides)))
        .encode(text);
  }

  SmallString<128> folder;
};
} // namespace

static Ids toIds(const json::Value &value) {
  Ids ids;
  for (const json::Value &id : *value.getAsArray())
    ids.push_back(int32_t(*id.getAsInteger()));
  return ids;
}

TEST_F(FolderTokenizer, HasTheIdsOfTransformers) {
  JsonObject file =
      cantFail(JsonObject::read(TOKENIZER_FIXTURES "/library/cases.json"));
  const json::Array &texts = *file.find("texts")->getAsArray();
  const json::Object &bases = *file.find("bases")->getAsObject();
  for (const json::Value &value : *file.find("cases")->getAsArray()) {
    const json::Object &one = *value.getAsObject();
    StringRef base = *one.getString("base");
    clear();
    writeFiles(*bases.getObject(base));
    writeFiles(*one.getObject("files"));
    std::string name = formatv(
        "{0} {1}", base, json::Value(json::Object(*one.getObject("files"))));
    auto facts = readTokenizerFacts(folder);
    ASSERT_TRUE(bool(facts)) << name << ": " << toString(facts.takeError());
    EXPECT_EQ(facts->className, *one.getString("class")) << name;
    EXPECT_EQ(facts->givesTypes, *one.getBoolean("types")) << name;
    auto description = readFolderTokenizer(folder);
    ASSERT_TRUE(bool(description))
        << name << ": " << toString(description.takeError());
    CompiledTokenizer tokenizer(*description);
    for (auto [i, text] : enumerate(texts)) {
      StringRef bytes = *text.getAsString();
      EXPECT_EQ(tokenizer.encode(bytes), toIds((*one.getArray("ids"))[i]))
          << name << ": " << bytes.str();
      EXPECT_EQ(tokenizer.encode(bytes, 5), toIds((*one.getArray("cut"))[i]))
          << name << ": " << bytes.str();
    }
  }
}

TEST_F(FolderTokenizer, TakesArgumentsAboveItsFiles) {
  write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nA\n");
  EXPECT_EQ(encode("A"), Ids({2, 5, 3}));
  EXPECT_EQ(encode("A", json::Object{{"do_lower_case", false}}),
            Ids({2, 6, 3}));
  write("tokenizer_config.json", R"({"max_len": 20})");
  EXPECT_EQ(cantFail(readTokenizerFacts(folder)).maxLength, 20);
  const json::Object shorter{{"model_max_length", 6}};
  EXPECT_EQ(cantFail(readTokenizerFacts(folder, shorter)).maxLength, 6);
}

TEST_F(FolderTokenizer, NamesWhatItRefuses) {
  write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
  auto refuses = [&](StringRef config, StringRef sentence) {
    write("tokenizer_config.json", config);
    EXPECT_NE(error().find(sentence), std::string::npos) << error();
  };
  refuses(R"({"tokenizer_class": "PhobertTokenizer"})",
          "class PhobertTokenizer, which is not known");
  refuses(R"({"auto_map": {"AutoTokenizer": ["a.B", null]}})", "'auto_map'");
  refuses(R"({"init_inputs": [1]})", "'init_inputs'");
  refuses(R"({"do_lower_case": "no"})", "it must be true or false");
  refuses(R"({"truncation_side": "up"})", "it must be \"left\" or \"right\"");
  refuses(R"({"cls_token": {"content": "a"}})", "'__type' is \"AddedToken\"");
  refuses(R"({"added_tokens_decoder": {"x": {}}})", "a token for each id");
  refuses(R"({"a_token": "<a>", "b_token": "<b>"})", "more than one special");
  refuses(R"({"cls_token": "a b"})", "cannot stand in a template");
  refuses(R"({"tokenizer_class": "T5Tokenizer"})", "no spiece.model");
  write("tiktoken.model", "");
  refuses("{}", "tiktoken.model, which is not read");
}

TEST_F(FolderTokenizer, RefusesEndsThatTheVersionDecides) {
  write("tokenizer.json", R"({"added_tokens": [], "model": {"type": "WordLevel",
    "unk_token": "a", "vocab": {"a": 0, "b": 1}}})");
  write("tokenizer_config.json", R"({"tokenizer_class": "TokenizersBackend",
    "eos_token": "b", "add_eos_token": true})");
  EXPECT_NE(error().find("'add_eos_token' is true; tokenizer.json adds none"),
            std::string::npos)
      << error();
  EXPECT_EQ(error(json::Object{{"add_eos_token", true}}), "accepted");
}

TEST_F(FolderTokenizer, RefusesDamagedModels) {
  write("tokenizer_config.json", R"({"tokenizer_class": "T5Tokenizer"})");
  auto refuses = [&](StringRef bytes, StringRef sentence) {
    write("spiece.model", bytes);
    EXPECT_NE(error().find(sentence), std::string::npos) << error();
  };
  refuses("", "it has 0 pieces");
  refuses("\xff\xff\xff", "it is no SentencePiece model");
  refuses(StringRef("\x0a\x03\x0a\x01\xff", 5), "piece 0 is not UTF-8");
  refuses(StringRef("\x0a\x05\x0a\x01\x61\x18\x09", 7), "is of type 9");
  refuses(StringRef("\x0a\x08\x0a\x01\x61\x15\x00\x00\xc0\x7f", 10),
          "is not a number");
  refuses(StringRef("\x0a\x03\x0a\x01\x61\x12\x02\x18\x03", 9),
          "model of type 3");
}

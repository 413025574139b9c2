//===- parity_test.cpp - The reference's ids on a thousand texts ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// test/fixtures/tokenizer/make_tokenizer_fixture.py wrote the texts, a small
// tokenizer, what each variant changes in it, and the ids that `tokenizers`
// gives.
//
//===----------------------------------------------------------------------===//

#include "compiled_tokenizer.h"

#include "compiler/tokenizer/read/tokenizer_json.h"

#include "llvm/Support/Base64.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace emblem;
using namespace llvm;

static json::Value readFixture(const char *name) {
  auto buffer =
      MemoryBuffer::getFile(std::string(TOKENIZER_FIXTURES) + "/" + name);
  if (!buffer)
    report_fatal_error(Twine("cannot read the fixture ") + name);
  return cantFail(json::parse((*buffer)->getBuffer()));
}

static std::string readText(const json::Value &value) {
  if (auto text = value.getAsString())
    return text->str();
  std::vector<char> bytes;
  cantFail(decodeBase64(*value.getAsObject()->getString("base64"), bytes));
  return std::string(bytes.begin(), bytes.end());
}

class Parity : public ::testing::TestWithParam<const char *> {};

TEST_P(Parity, IdsAreThoseOfTheReference) {
  json::Value texts = readFixture("texts.json");
  json::Value tokenizer = readFixture("tokenizer.json");
  json::Value ids = readFixture("ids.json");
  const json::Object *change =
      ids.getAsObject()->getObject("variants")->getObject(GetParam());
  ASSERT_TRUE(change);
  for (const auto &[key, value] : *change)
    (*tokenizer.getAsObject())[key] = value;
  CompiledTokenizer compiled(cantFail(frontend::parseTokenizerJson(
      formatv("{0}", tokenizer).str(), "fixture")));

  const json::Array &expected = *ids.getAsObject()->getArray(GetParam());
  ASSERT_GE(expected.size(), 1000u);
  ASSERT_EQ(expected.size(), texts.getAsArray()->size());
  for (size_t i = 0; i < expected.size(); ++i) {
    Ids reference;
    for (const json::Value &id : *expected[i].getAsArray())
      reference.push_back(int32_t(*id.getAsInteger()));
    std::string text = readText((*texts.getAsArray())[i]);
    bool truncated = true;
    EXPECT_EQ(compiled.encode(text, 100000, &truncated), reference)
        << "text " << i << ": " << text.substr(0, 200);
    EXPECT_FALSE(truncated);
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, Parity,
                         ::testing::Values("uncased", "cased",
                                           "lowercase_accents",
                                           "cased_stripped", "no_chinese",
                                           "unclean", "added_tokens"),
                         [](const auto &info) { return info.param; });

//===- kinds_test.cpp - The reference's ids, by tokenizers of every kind --===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// test/fixtures/tokenizer/make_kinds_fixture.py wrote the texts, small
// tokenizers in the shape of real models', and the ids that `tokenizers` gives.
//
//===----------------------------------------------------------------------===//

#include "compiled_tokenizer.h"
#include "kind_fixture.h"

using namespace emblem;
using namespace llvm;

static Ids readIds(const json::Value &value) {
  Ids ids;
  for (const json::Value &id : *value.getAsArray())
    ids.push_back(int32_t(*id.getAsInteger()));
  return ids;
}

namespace {
class Kinds : public ::testing::TestWithParam<const char *> {
protected:
  Kinds()
      : texts(readKindFixture("texts")), fixture(readKindFixture(GetParam())),
        compiled(describeKind(fixture)) {}

  void compareTexts();
  void comparePairs();

  json::Value texts, fixture;
  CompiledTokenizer compiled;
};
} // namespace

// One test, for compiling a tokenizer takes longer than using it.
TEST_P(Kinds, IdsAreThoseOfTheReference) {
  compareTexts();
  comparePairs();
}

void Kinds::compareTexts() {
  const json::Array &expected = *fixture.getAsObject()->getArray("ids");
  ASSERT_GE(expected.size(), 200u);
  ASSERT_EQ(expected.size(), texts.getAsArray()->size());
  for (size_t i = 0; i < expected.size(); ++i) {
    StringRef text = *(*texts.getAsArray())[i].getAsString();
    bool truncated = true;
    EXPECT_EQ(compiled.encode(text, 100000, &truncated), readIds(expected[i]))
        << "text " << i << ": " << text.take_front(200).str();
    EXPECT_FALSE(truncated);
  }
}

void Kinds::comparePairs() {
  const json::Array &pairs = *fixture.getAsObject()->getArray("pairs");
  ASSERT_GE(pairs.size(), 100u);
  int cut = 0;
  for (const json::Value &value : pairs) {
    const json::Array &pair = *value.getAsArray();
    StringRef first = *pair[0].getAsString(), second = *pair[1].getAsString();
    int64_t limit = *pair[2].getAsInteger();
    Ids ids(5000), typeIds(5000);
    runtime::Encoding encoding = compiled.tokenizer.encodePair(
        first, second, limit ? limit : int64_t(ids.size()), ids.data(),
        typeIds.data(), compiled.scratch);
    ASSERT_GE(encoding.count, 0);
    ids.resize(size_t(encoding.count));
    typeIds.resize(size_t(encoding.count));
    EXPECT_EQ(ids, readIds(pair[3]))
        << "at most " << limit << ": " << first.take_front(100).str() << " | "
        << second.take_front(100).str();
    EXPECT_EQ(typeIds, readIds(pair[4]));
    cut += encoding.truncated;
  }
  EXPECT_GT(cut, 30);
}

INSTANTIATE_TEST_SUITE_P(
    All, Kinds,
    ::testing::Values("roberta", "roberta_prefix", "qwen2", "modernbert",
                      "llama3", "clip", "starcoder", "o200k", "deepseek",
                      "gemma", "llama2", "mistral", "metaspace_first",
                      "xlm_roberta", "multilingual", "t5", "unigram_bytes",
                      "word_level", "word_level_bert", "nfkc_words",
                      "nfkd_words", "bert_words", "inverted"),
    [](const auto &info) { return info.param; });

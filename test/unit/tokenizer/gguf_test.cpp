//===- gguf_test.cpp - The reference's ids, by tokenizers of GGUF files ---===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// test/fixtures/gguf/make_tokenizers.py wrote the files, and the ids where they
// are not those of the kind.
//
//===----------------------------------------------------------------------===//

#include "compiled_tokenizer.h"
#include "kind_fixture.h"

#include "compiler/tokenizer/read/transformers/load_tokenizer.h"

using namespace emblem;
using namespace llvm;

namespace {

struct Case {
  const char *name, *kind;
};

class GgufTokenizers : public ::testing::TestWithParam<Case> {};

json::Value readIds(const Case &tokenizer) {
  auto own = MemoryBuffer::getFile(std::string(GGUF_TOKENIZERS "/") +
                                   tokenizer.name + ".json");
  if (own)
    return cantFail(json::parse((*own)->getBuffer()));
  return *readKindFixture(tokenizer.kind).getAsObject()->get("ids");
}

TEST_P(GgufTokenizers, IdsAreThoseOfTheReference) {
  CompiledTokenizer compiled(cantFail(frontend::readTokenizer(
      std::string(GGUF_TOKENIZERS "/") + GetParam().name + ".gguf")));
  json::Value texts = readKindFixture("texts"), ids = readIds(GetParam());
  const json::Array &expected = *ids.getAsArray();
  ASSERT_GE(expected.size(), 200u);
  ASSERT_EQ(expected.size(), texts.getAsArray()->size());
  for (size_t i = 0; i < expected.size(); ++i) {
    StringRef text = *(*texts.getAsArray())[i].getAsString();
    Ids wanted;
    for (const json::Value &id : *expected[i].getAsArray())
      wanted.push_back(int32_t(*id.getAsInteger()));
    bool truncated = true;
    EXPECT_EQ(compiled.encode(text, 100000, &truncated), wanted)
        << "text " << i << ": " << text.take_front(200).str();
  }
}

INSTANTIATE_TEST_SUITE_P(Models, GgufTokenizers,
                         ::testing::Values(Case{"gemma", ""}, Case{"gpt-2", ""},
                                           Case{"llama", ""},
                                           Case{"llama-bpe", "llama3"},
                                           Case{"modern-bert", ""},
                                           Case{"qwen2", "qwen2"},
                                           Case{"xlm-roberta", "xlm_roberta"}),
                         [](const auto &info) {
                           std::string name = info.param.name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

} // namespace

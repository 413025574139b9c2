//===- gguf_words_test.cpp - Ways to cut a text, by a GGUF file -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A vocabulary of single characters and of a few pairs: a pair is a token where
// it lies in one word.
//
//===----------------------------------------------------------------------===//

#include "compiled_tokenizer.h"

#include "compiler/tokenizer/read/gguf/word_cutting.h"
#include "compiler/tokenizer/read/transformers/load_tokenizer.h"
#include "test/unit/files/gguf/gguf_bytes.h"
#include "test/unit/files/test_files.h"

#include "llvm/ADT/StringExtras.h"

#include <set>

using namespace emblem;
using namespace emblem::frontend;
using namespace llvm;

namespace {

// A space, and a line's end, as byte-level BPE spells them.
constexpr StringLiteral space("\u0120"), lineEnd("\u010A");

std::string arrayOf(uint32_t type, const std::vector<std::string> &items) {
  std::string bytes = numberBytes(type) + numberBytes<uint64_t>(items.size());
  for (const std::string &item : items)
    bytes += item;
  return bytes;
}

/// The file's tokenizer, whose only pairs are these.
class Cutter {
public:
  Cutter(StringRef pre, const std::vector<std::string> &pairs) {
    std::vector<std::string> texts, types, merges;
    for (char c = '!'; c <= '~'; ++c)
      names.push_back(std::string(1, c));
    names.push_back(space.str());
    names.push_back(lineEnd.str());
    for (const std::string &pair : pairs) {
      auto [left, right] = StringRef(pair).split(' ');
      names.push_back((left + right).str());
      merges.push_back(stringBytes(pair));
    }
    for (const std::string &name : names) {
      texts.push_back(stringBytes(name));
      types.push_back(numberBytes<int32_t>(1));
    }
    constexpr uint32_t string = 8, array = 9, integer = 5, boolean = 7;
    GgufBytes file;
    file.key("tokenizer.ggml.model", string, stringBytes("gpt2"))
        .key("tokenizer.ggml.pre", string, stringBytes(pre))
        .key("tokenizer.ggml.add_bos_token", boolean, std::string(1, '\0'))
        .key("tokenizer.ggml.tokens", array, arrayOf(string, texts))
        .key("tokenizer.ggml.token_type", array, arrayOf(integer, types))
        .key("tokenizer.ggml.merges", array, arrayOf(string, merges));
    path = folder.write("t.gguf", file.bytes());
  }

  /// The tokens, '|' between them.
  std::string cut(StringRef text) const {
    CompiledTokenizer compiled(cantFail(readTokenizer(path)));
    bool truncated = false;
    std::string tokens;
    for (int32_t id : compiled.encode(text, 1000, &truncated))
      tokens += (tokens.empty() ? "" : "|") + names[id];
    return tokens;
  }

private:
  TestFolder folder;
  std::string path;
  std::vector<std::string> names;
};

// Names that cut alike are compiled once.
TEST(GgufWords, EveryWayIsCompiled) {
  ASSERT_GT(gguf::allWordCuttings().size(), 40u);
  std::set<std::string> seen;
  for (const gguf::WordCutting &words : gguf::allWordCuttings()) {
    std::string way = words.digits ? "digits" : "";
    for (StringRef pattern : words.patterns)
      way += "\n" + pattern.str();
    if (seen.insert(way).second) {
      EXPECT_EQ(Cutter(words.name, {"a b"}).cut("ab!"), "ab|!")
          << words.name.str();
    }
  }
}

struct Case {
  const char *names, *pair, *text, *tokens;
};

TEST(GgufWords, CutWhereTheirModelsDo) {
  // Names that cut alike are apart by spaces.
  for (const Case &one : std::initializer_list<Case>{
           // Digits: each alone, up to three, or all.
           {"qwen2 smollm tekken viking", "1 2", "12", "1|2"},
           {"llama-bpe deepseek-v3", "1 2", "12", "12"},
           {"llama-bpe deepseek-v3", "3 4", "1234", "1|2|3|4"},
           {"gpt-2 bloom", "3 4", "1234", "1|2|34"},
           // A small letter and a capital.
           {"tekken gpt-4o", "o W", "oW", "o|W"},
           {"qwen2", "o W", "oW", "oW"},
           // Contractions.
           {"tekken", "' s", "a's", "a|'s"},
           {"gpt-4o", "a '", "a's", "a'|s"},
           {"gpt-2", "a '", "a's", "a|'|s"},
           {"qwen2", "' S", "a'S", "a|'S"},
           // What may stand before a word.
           {"qwen2", "( a", "(a", "(a"},
           {"gpt-2", "( a", "(a", "(|a"},
           {"bloom", "a -", "a-", "a-"},
           {"bloom", "a ,", "a,", "a|,"}})
    for (StringRef name : llvm::split(one.names, ' '))
      EXPECT_EQ(Cutter(name, {one.pair}).cut(one.text), one.tokens)
          << name.str() << ": " << one.text;
}

} // namespace

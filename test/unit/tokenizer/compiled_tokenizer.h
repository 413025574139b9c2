//===- compiled_tokenizer.h - A tokenizer, compiled for a test --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_TOKENIZER_COMPILED_TOKENIZER_H
#define EMBLEM_TEST_UNIT_TOKENIZER_COMPILED_TOKENIZER_H

#include "compiler/tokenizer/compile/tokenizer_compiler.h"
#include "runtime/tokenizer/tokenizer.h"

#include "gtest/gtest.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace emblem {

using Ids = std::vector<int32_t>;

/// [PAD] 0, [UNK] 1, [CLS] 2, [SEP] 3, then `pieces` from 4 on; normalises as
/// an uncased BERT does, and puts [CLS] and [SEP] around a text.
inline frontend::TokenizerDescription
describeTokenizer(std::vector<std::string> pieces) {
  frontend::TokenizerDescription result;
  std::vector<std::string> tokens = {"[PAD]", "[UNK]", "[CLS]", "[SEP]"};
  for (const std::string &special : tokens) {
    frontend::AddedToken token;
    token.id = int32_t(result.addedTokens.size());
    token.content = special;
    result.addedTokens.push_back(token);
  }
  tokens.insert(tokens.end(), pieces.begin(), pieces.end());
  frontend::WordPieceModel model;
  for (const std::string &token : tokens)
    model.vocabulary.emplace_back(token, int32_t(model.vocabulary.size()));
  model.unknownId = 1;
  result.model = std::move(model);
  result.normalizer = {frontend::BertNormalizer{true, true, true, true}};
  result.preTokenizer = {frontend::BertPreTokenizer()};
  result.single = {{2, 0}, {runtime::firstText, 0}, {3, 0}};
  result.pair = {{2, 0},
                 {runtime::firstText, 0},
                 {3, 0},
                 {runtime::secondText, 1},
                 {3, 1}};
  return result;
}

inline frontend::WordPieceModel &
wordPiece(frontend::TokenizerDescription &tokenizer) {
  return std::get<frontend::WordPieceModel>(tokenizer.model);
}
inline frontend::BertNormalizer &
bertNormalizer(frontend::TokenizerDescription &tokenizer) {
  return std::get<frontend::BertNormalizer>(tokenizer.normalizer.front());
}

class CompiledTokenizer {
public:
  explicit CompiledTokenizer(const frontend::TokenizerDescription &description)
      : bytes(llvm::cantFail(frontend::compileTokenizer(description))),
        tables(std::aligned_alloc(runtime::tokenizerAlignment, bytes.size()),
               std::free) {
    std::memcpy(tables.get(), bytes.data(), bytes.size());
    const char *error = "";
    EXPECT_TRUE(
        runtime::Tokenizer::open(tables.get(), bytes.size(), tokenizer, &error))
        << error;
  }

  Ids encode(std::string_view text, int64_t maxTokens = 100000,
             bool *truncated = nullptr) {
    // Guards show what is written beyond the room.
    Ids ids(size_t(std::max<int64_t>(maxTokens, 0)) + 2, -7);
    runtime::Encoding encoding =
        tokenizer.encode(text, maxTokens, ids.data() + 1, scratch);
    EXPECT_EQ(ids.front(), -7);
    EXPECT_EQ(ids.back(), -7);
    EXPECT_LE(encoding.count, std::max<int64_t>(maxTokens, 0));
    if (truncated)
      *truncated = encoding.truncated;
    return Ids(ids.begin() + 1, ids.begin() + 1 + encoding.count);
  }

  const std::string bytes;
  runtime::Tokenizer tokenizer;
  runtime::Tokenizer::Scratch scratch;

private:
  std::unique_ptr<void, void (*)(void *)> tables;
};

} // namespace emblem

#endif // EMBLEM_TEST_UNIT_TOKENIZER_COMPILED_TOKENIZER_H

//===- token_texts.cpp - The text of each token ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/token_texts.h"

#include "compiler/tokenizer/compile/tokenizer_compiler.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

using namespace emblem::frontend;

// The reference knows a token that matches in normalised texts by that text.
static std::string spell(const TokenizerDescription &tokenizer,
                         const AddedToken &token) {
  if (!token.normalized)
    return token.content;
  llvm::Expected<std::string> text =
      normalize(tokenizer.normalizer, token.content);
  if (text)
    return *text;
  llvm::consumeError(text.takeError()); // the compiler says what is wrong
  return token.content;
}

TokenTexts
emblem::frontend::getTokenTexts(const TokenizerDescription &tokenizer) {
  std::vector<std::string> texts(getVocabularySize(tokenizer));
  std::visit(
      [&](const auto &model) {
        if constexpr (requires { model.pieces; }) {
          for (auto [id, piece] : llvm::enumerate(model.pieces))
            texts[id] = piece.first;
        } else {
          for (const auto &[text, id] : model.vocabulary)
            texts[id] = text;
        }
      },
      tokenizer.model);
  for (const AddedToken &token : tokenizer.addedTokens)
    texts[token.id] = spell(tokenizer, token);
  TokenTexts all;
  for (const std::string &text : texts) {
    all.bytes += text;
    all.ends.push_back(all.bytes.size());
  }
  return all;
}

int64_t
emblem::frontend::getMedianTokenLength(const TokenizerDescription &tokenizer) {
  std::map<std::string, int64_t> lengths; // of each token that there is
  auto add = [&](const std::string &text) {
    lengths[text] = llvm::count_if(
        text, [](char byte) { return (uint8_t(byte) & 0xC0) != 0x80; });
  };
  std::visit(
      [&](const auto &model) {
        if constexpr (requires { model.pieces; }) {
          for (const auto &[text, score] : model.pieces)
            add(text);
        } else {
          for (const auto &[text, id] : model.vocabulary)
            add(text);
        }
      },
      tokenizer.model);
  for (const AddedToken &token : tokenizer.addedTokens)
    add(token.content);
  std::vector<int64_t> sorted;
  for (const auto &[text, length] : lengths)
    sorted.push_back(length);
  if (sorted.empty())
    return 0;
  llvm::sort(sorted);
  size_t size = sorted.size();
  return (sorted[(size - 1) / 2] + sorted[size / 2]) / 2;
}

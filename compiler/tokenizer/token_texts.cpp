//===- token_texts.cpp - The text of each token ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/token_texts.h"

#include "llvm/ADT/STLExtras.h"

using namespace emblem::frontend;

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
    texts[token.id] = token.content;
  TokenTexts all;
  for (const std::string &text : texts) {
    all.bytes += text;
    all.ends.push_back(all.bytes.size());
  }
  return all;
}

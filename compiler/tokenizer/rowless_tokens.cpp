//===- rowless_tokens.cpp - Added tokens that a model has no row for ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/tokenizer_description.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace emblem::frontend;

static StringSet<> collectTokens(const TokenizerModel &model) {
  StringSet<> tokens;
  std::visit(
      [&](const auto &of) {
        if constexpr (requires { of.pieces; })
          for (const auto &[text, score] : of.pieces)
            tokens.insert(text);
        else
          for (const auto &[text, id] : of.vocabulary)
            tokens.insert(text);
      },
      model);
  return tokens;
}

std::vector<std::string>
emblem::frontend::takeRowless(TokenizerDescription &tokenizer,
                              int64_t vocabularySize) {
  std::vector<std::string> taken;
  if (none_of(tokenizer.addedTokens, [&](const AddedToken &token) {
        return token.id >= vocabularySize;
      }))
    return taken;
  StringSet<> known = collectTokens(tokenizer.model);
  auto isUsed = [&](const AddedToken &token) {
    auto uses = [&](const TemplatePiece &piece) {
      return piece.id == token.id;
    };
    return any_of(tokenizer.single, uses) || any_of(tokenizer.pair, uses);
  };
  llvm::erase_if(tokenizer.addedTokens, [&](const AddedToken &token) {
    bool isRowless = token.id >= vocabularySize &&
                     !known.contains(token.content) && !isUsed(token);
    if (isRowless)
      taken.push_back(token.content);
    return isRowless;
  });
  return taken;
}

//===- special_tokens.cpp - The ids of a folder's tokens ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/special_tokens.h"

#include "compiler/tokenizer/compile/token_texts.h"
#include "compiler/tokenizer/read/transformers/load_tokenizer.h"

using namespace llvm;
using namespace emblem::frontend;

Expected<TokenIds> TokenIds::read(const ModelFolders &folders,
                                  const Description &model) {
  std::map<std::string, std::string> roles;
  auto tokenizer = readFolderTokenizer(folders.transformer,
                                       folders.tokenizerArguments, &roles);
  if (!tokenizer)
    return tokenizer.takeError();
  if (model.tokens.vocabularySize > 0)
    takeRowless(*tokenizer, model.tokens.vocabularySize);
  TokenIds result;
  for (const auto &[role, text] : roles)
    result.roles[role] = text;
  TokenTexts texts = getTokenTexts(*tokenizer);
  uint32_t begin = 0;
  for (auto [id, end] : llvm::enumerate(texts.ends)) {
    StringRef text(texts.bytes.data() + begin, end - begin);
    if (!text.empty())
      result.ids[text] = static_cast<int32_t>(id);
    begin = end;
  }
  // One that matches in normalised texts is decoded to such a text.
  for (const AddedToken &token : tokenizer->addedTokens)
    result.ids[token.content] = token.id;
  result.specialEnd = tokenizer->single.back().id != runtime::firstText;
  return result;
}

std::optional<int32_t> TokenIds::find(StringRef token) const {
  auto found = ids.find(token);
  if (found == ids.end())
    return std::nullopt;
  return found->second;
}

std::optional<int32_t> TokenIds::findRole(StringRef key) const {
  auto role = roles.find(key);
  return role == roles.end() ? std::nullopt : find(role->second);
}

//===- special_tokens.cpp - The ids of a folder's tokens ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/special_tokens.h"

#include "compiler/files/model_file.h"
#include "compiler/tokenizer/read/tokenizer_json.h"
#include "compiler/tokenizer/token_texts.h"

#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace emblem::frontend;

Expected<TokenIds> TokenIds::read(const ModelFolders &folders,
                                  const Description &model) {
  auto tokenizer =
      readTokenizer(resolvePath(folders.root, model.tokenizerFile));
  if (!tokenizer)
    return tokenizer.takeError();
  TokenIds result;
  TokenTexts texts = getTokenTexts(*tokenizer);
  uint32_t begin = 0;
  for (auto [id, end] : llvm::enumerate(texts.ends)) {
    StringRef text(texts.bytes.data() + begin, end - begin);
    if (!text.empty())
      result.ids[text] = static_cast<int32_t>(id);
    begin = end;
  }
  result.specialEnd = tokenizer->single.back().id != runtime::firstText;

  std::string path = resolvePath(folders.transformer, "tokenizer_config.json");
  if (!isThere(path))
    return result;
  auto config = JsonObject::read(path);
  if (!config)
    return config.takeError();
  for (StringRef key : {"cls_token", "eos_token", "sep_token", "pad_token",
                        "unk_token", "mask_token", "bos_token"}) {
    const json::Value *value = config->find(key);
    if (!value)
      continue;
    // A token, or an object that describes one.
    if (auto text = value->getAsString())
      result.roles[key] = text->str();
    else if (const json::Object *object = value->getAsObject())
      result.roles[key] = object->getString("content").value_or("").str();
  }
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

//===- tokenizer_settings.cpp - A folder's word on its tokenizer ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// PreTrainedTokenizerBase._from_pretrained of transformers 5.24, in its order.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/tokenizer_settings.h"

#include "compiler/tokenizer/read/transformers/tokenizer_keys.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

ArrayRef<StringLiteral> library::getTokenRoles() {
  static constexpr StringLiteral roles[] = {
      "bos_token", "eos_token", "unk_token", "sep_token",
      "pad_token", "cls_token", "mask_token"};
  return roles;
}

namespace {
/// The keyword arguments as they grow.
class Merge {
public:
  Merge(const SettingFiles &files)
      : files(files), fields(files.config.getFields()) {}

  Expected<TokenizerSettings> run(const json::Array *tokens);

private:
  void addOverrides();
  Error takeOwnTokens();
  Error takeOwnToken(StringRef key, const json::Value &value);
  Error takeOwnTokens(const json::Object &tokens, StringRef key);
  Error readDecoder(const json::Object &decoder);
  Error readSpecialMap();
  Error readMapEntry(StringRef key, const json::Value &value);
  Error readAddedTokens();
  Error readFileTokens(const json::Array &tokens);
  Error takeNamed();
  Expected<std::vector<NamedToken>> readList(StringRef key,
                                             const json::Value &value);
  void addToken(int64_t id, LibraryToken token);

  const SettingFiles &files;
  json::Object fields;
  TokenizerSettings result;
  StringMap<LibraryToken> byText; // the tokens of `result.added`
};
} // namespace

void Merge::addToken(int64_t id, LibraryToken token) {
  byText[token.content] = token;
  result.added[id] = std::move(token);
}

void Merge::addOverrides() {
  fields.erase("tokenizer_class");
  fields.erase("init_inputs");
  if (files.hasTokenizerJson) {
    fields.erase("add_bos_token");
    fields.erase("add_eos_token");
  }
  for (const auto &[key, value] : files.overrides)
    fields[key] = value;
}

Error Merge::takeOwnToken(StringRef key, const json::Value &value) {
  auto token = readNamedToken(value, files.config.nameOf(key));
  if (!token)
    return token.takeError();
  result.own[key.str()] = std::move(*token);
  return Error::success();
}

Error Merge::takeOwnTokens(const json::Object &tokens, StringRef where) {
  for (const auto &[key, value] : tokens) {
    auto token = readNamedToken(value, files.config.nameOf(where));
    if (!token)
      return token.takeError();
    result.own[key.str()] = std::move(*token);
  }
  return Error::success();
}

// Tokens under names that no class has, such as "image_token".
Error Merge::takeOwnTokens() {
  const json::Value *extra = fields.get("extra_special_tokens");
  if (fields.get("additional_special_tokens") && !(extra && isTrue(*extra))) {
    fields["extra_special_tokens"] =
        json::Value(*fields.get("additional_special_tokens"));
    fields.erase("additional_special_tokens");
  }
  std::vector<std::string> keys;
  for (const auto &[key, value] : fields)
    if (StringRef(key).ends_with("_token") && value.getAsString() &&
        !is_contained(getTokenRoles(), StringRef(key)))
      keys.push_back(key.str());
  if (const json::Value *given = fields.get("model_specific_special_tokens"))
    if (const json::Object *tokens = given->getAsObject())
      if (Error error = takeOwnTokens(*tokens, "model_specific_special_tokens"))
        return error;
  fields.erase("model_specific_special_tokens");
  for (const std::string &key : keys) {
    if (Error error = takeOwnToken(key, *fields.get(key)))
      return error;
    fields.erase(key);
  }
  if (const json::Object *tokens = fields.getObject("extra_special_tokens")) {
    if (Error error = takeOwnTokens(*tokens, "extra_special_tokens"))
      return error;
    fields.erase("extra_special_tokens");
  }
  return Error::success();
}

Error Merge::readDecoder(const json::Object &decoder) {
  for (const auto &[key, value] : decoder) {
    std::string where = files.config.nameOf("added_tokens_decoder");
    int64_t id;
    const json::Object *token = value.getAsObject();
    if (StringRef(key).getAsInteger(10, id) || !token)
      return createStringError(where + " must hold a token for each id");
    auto read = readLibraryToken(*token, where);
    if (!read)
      return read.takeError();
    addToken(id, std::move(*read));
  }
  return Error::success();
}

Error Merge::readMapEntry(StringRef key, const json::Value &value) {
  const json::Value *given = files.overrides.get(key);
  if (given && isTrue(*given))
    return Error::success();
  const json::Object *object = value.getAsObject();
  if (key == "extra_special_tokens") {
    if (object)
      return takeOwnTokens(*object, key);
    json::Array all;
    if (const json::Array *before = fields.getArray(key))
      all = *before;
    if (const json::Array *list = value.getAsArray())
      for (const json::Value &token : *list) {
        json::Value described = token;
        if (json::Object *fieldsOf = described.getAsObject()) {
          (*fieldsOf)["special"] = true;
          (*fieldsOf)["__type"] = "AddedToken";
        }
        if (!is_contained(all, described))
          all.push_back(described);
      }
    fields[key.str()] = std::move(all);
    return Error::success();
  }
  json::Value taken = value;
  if (json::Object *described = taken.getAsObject()) {
    (*described)["special"] = true;
    (*described)["__type"] = "AddedToken";
  }
  // Of a role that no class has.
  if (key.ends_with("_token") && !is_contained(getTokenRoles(), key) &&
      (taken.getAsString() || taken.getAsObject()))
    return takeOwnToken(key, taken);
  fields[key.str()] = std::move(taken);
  return Error::success();
}

Error Merge::readSpecialMap() {
  if (!files.specialMap)
    return Error::success();
  for (const auto &[key, value] : files.specialMap->getFields())
    if (Error error = readMapEntry(key, value))
      return error;
  return Error::success();
}

Error Merge::readAddedTokens() {
  if (!files.addedTokens)
    return Error::success();
  StringSet<> special;
  auto note = [&](const json::Value &token) {
    if (auto text = token.getAsString())
      special.insert(*text);
    else if (const json::Object *object = token.getAsObject())
      special.insert(object->getString("content").value_or(""));
  };
  for (StringRef role : getTokenRoles())
    if (const json::Value *token = fields.get(role))
      note(*token);
  if (const json::Array *extra = fields.getArray("extra_special_tokens"))
    llvm::for_each(*extra, note);
  for (const auto &[text, value] : files.addedTokens->getFields()) {
    auto id = value.getAsInteger();
    if (!id || *id < 0)
      return files.addedTokens->error(text, "it must be a token's id");
    if (result.added.count(*id))
      return files.addedTokens->error(text, "another token has that id");
    LibraryToken token;
    token.content = text.str();
    token.special = special.contains(text);
    token.normalized = !token.special;
    addToken(*id, std::move(token));
  }
  return Error::success();
}

Error Merge::readFileTokens(const json::Array &tokens) {
  std::string where =
      ("'" + files.folder + "': 'added_tokens' of tokenizer.json");
  for (const json::Value &value : tokens) {
    const json::Object *object = value.getAsObject();
    auto id = object ? object->getInteger("id") : std::nullopt;
    if (!id)
      return createStringError(where + " must hold tokens and their ids");
    auto token = readLibraryToken(*object, where);
    if (!token)
      return token.takeError();
    addToken(*id, std::move(*token));
  }
  return Error::success();
}

Expected<std::vector<NamedToken>> Merge::readList(StringRef key,
                                                  const json::Value &value) {
  const json::Array *list = value.getAsArray();
  if (!list)
    return files.config.error(key, "it must be a list of tokens");
  std::vector<NamedToken> tokens;
  for (const json::Value &entry : *list) {
    auto token = readNamedToken(entry, files.config.nameOf(key));
    if (!token)
      return token.takeError();
    tokens.push_back(std::move(*token));
  }
  return tokens;
}

Error Merge::takeNamed() {
  for (StringRef role : getTokenRoles()) {
    const json::Value *value = fields.get(role);
    if (!value)
      continue;
    std::optional<NamedToken> &named = result.named[role.str()];
    if (value->kind() != json::Value::Null) {
      auto token = readNamedToken(*value, files.config.nameOf(role));
      if (!token)
        return token.takeError();
      named = std::move(*token);
      if (auto known = byText.find(named->getText()); known != byText.end())
        named = NamedToken{known->second, /*isDescribed=*/true};
    }
    fields.erase(role);
  }
  for (auto [key, list] :
       {std::pair("extra_special_tokens", &result.extra),
        std::pair("additional_special_tokens", &result.additional)}) {
    const json::Value *value = fields.get(key);
    if (!value)
      continue;
    if (value->kind() == json::Value::Null)
      list->emplace();
    else if (Error error = readList(key, *value).moveInto(*list))
      return error;
    fields.erase(key);
  }
  return Error::success();
}

Expected<TokenizerSettings> Merge::run(const json::Array *tokens) {
  if (Error error = checkKeys(files))
    return error;
  addOverrides();
  if (Error error = takeOwnTokens())
    return error;
  if (const json::Value *decoder = fields.get("added_tokens_decoder")) {
    const json::Object *object = decoder->getAsObject();
    if (!object)
      return files.config.error("added_tokens_decoder",
                                "it must hold a token for each id");
    if (Error error = readDecoder(*object))
      return error;
    fields.erase("added_tokens_decoder");
  } else {
    if (Error error = readSpecialMap())
      return error;
    if (Error error = readAddedTokens())
      return error;
    if (tokens)
      if (Error error = readFileTokens(*tokens))
        return error;
  }
  if (Error error = takeNamed())
    return error;
  result.arguments = Arguments(files.config.getPath().str(), std::move(fields));
  return std::move(result);
}

Error library::checkKeys(const SettingFiles &files) {
  if (Error error = checkKeys(files.config))
    return error;
  return checkKeys(Arguments(files.config.getPath().str(), files.overrides));
}

Expected<TokenizerSettings> library::mergeSettings(const SettingFiles &files,
                                                   const json::Array *tokens) {
  return Merge(files).run(tokens);
}

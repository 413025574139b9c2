//===- construction.cpp - A tokenizer as a class builds it ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// TokenizersBackend.__init__ of transformers 5.24.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/construction.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

static StringRef defaultOf(const DefaultTokens &tokens, StringRef role) {
  return StringSwitch<StringRef>(role)
      .Case("bos_token", tokens.bos)
      .Case("eos_token", tokens.eos)
      .Case("unk_token", tokens.unk)
      .Case("sep_token", tokens.sep)
      .Case("pad_token", tokens.pad)
      .Case("cls_token", tokens.cls)
      .Case("mask_token", tokens.mask)
      .Default("");
}

std::optional<NamedToken> Construction::getToken(StringRef role) const {
  if (auto named = settings.named.find(role); named != settings.named.end())
    return named->second;
  StringRef text = defaultOf(of.tokens, role);
  if (text.empty())
    return std::nullopt;
  NamedToken token;
  token.token.content = text.str();
  return token;
}

bool Construction::hasToken(StringRef role) const {
  return settings.named.find(role) != settings.named.end() ||
         !defaultOf(of.tokens, role).empty();
}

std::string Construction::getText(StringRef role) const {
  auto token = getToken(role);
  return token ? token->token.content : "None";
}

std::optional<int64_t> Construction::getId(StringRef role) const {
  auto token = getToken(role);
  return token ? backend.find(token->getText()) : std::nullopt;
}

void Construction::setToken(StringRef role, StringRef text) {
  NamedToken token;
  token.token.content = text.str();
  settings.named[role.str()] = token;
}

// What the file's padding names, beside the settings.
void Construction::nameTokens() {
  const json::Object *padding = filePadding.getAsObject();
  if (padding && !hasToken("pad_token"))
    setToken("pad_token", padding->getString("pad_token").value_or("[PAD]"));
  if (!settings.extra && settings.additional)
    settings.extra = settings.additional;
}

// Tokens that no file has added. `named` are by role, and whether of one that
// only this model has.
void Construction::addMissing(ArrayRef<std::pair<NamedToken, bool>> named) {
  StringSet<> known, roles;
  for (const auto &[id, token] : backend.addedTokens)
    known.insert(token.content);
  for (const auto &[token, isOwn] : named)
    roles.insert(token.getText());
  auto take = [&](NamedToken token) {
    if (!token.isDescribed || roles.contains(token.getText()))
      token.token.special = true;
    backend.add(token.token);
  };
  std::vector<NamedToken> taken;
  auto takeNew = [&](const NamedToken &token) {
    if (known.contains(token.getText()) || is_contained(taken, token))
      return;
    taken.push_back(token);
    take(token);
  };
  for (const auto &[token, isOwn] : named)
    takeNew(token);
  if (settings.extra)
    for (const NamedToken &token : *settings.extra)
      takeNew(token);
}

Error Construction::addTokens() {
  nameTokens();
  if (filePostProcessor.getAsObject())
    backend.postProcessor = filePostProcessor;
  updates = settings.arguments.has("add_bos_token") ||
            settings.arguments.has("add_eos_token") ||
            !backend.postProcessor.getAsObject();
  std::vector<std::pair<NamedToken, bool>> named;
  unsigned unordered = 0;
  for (StringRef role : getTokenRoles())
    if (auto token = getToken(role))
      named.emplace_back(*token, false);
  for (const auto &[role, token] : settings.own) {
    named.emplace_back(token, true);
    unordered += !backend.find(token.getText()) &&
                 none_of(settings.added, [&, &wanted = token](auto &entry) {
                   return entry.second.content == wanted.getText();
                 });
  }
  // Their ids would be those of their order in a JSON object.
  if (unordered > 1)
    return createStringError(
        "'" + folder +
        "' names more than one special token of its own that the vocabulary "
        "lacks; save the tokenizer again with transformers, which adds them to "
        "tokenizer.json");
  StringSet<> roles;
  for (const auto &[token, isOwn] : named)
    roles.insert(token.getText());
  for (const auto &[id, token] : settings.added) {
    LibraryToken added = token;
    added.special |= roles.contains(token.content);
    backend.add(added);
  }
  addMissing(named);
  return updates ? updatePostProcessor() : Error::success();
}

Error Construction::updatePostProcessor() {
  std::vector<TemplatePart> single, pair;
  StringMap<int64_t> ids;
  bool adds[2];
  const StringRef roles[] = {"bos_token", "eos_token"};
  for (auto [i, role] : enumerate(roles)) {
    adds[i] = settings.arguments.truth((Twine("add_") + role).str(), false) &&
              getToken(role);
    if (adds[i])
      ids[getText(role)] = getId(role).value_or(0);
  }
  auto add = [&](std::vector<TemplatePart> &to, StringRef text, int64_t type) {
    if (adds[0])
      to.push_back({getText("bos_token"), type});
    to.push_back({text.str(), type});
    if (adds[1])
      to.push_back({getText("eos_token"), type});
  };
  add(single, "$A", 0);
  pair = single;
  add(pair, "$B", 1);
  return backend.setTemplate(single, pair, ids);
}

Error Construction::surround(StringRef first, StringRef last,
                             int64_t firstFallback, int64_t lastFallback) {
  std::string before = getText(first), after = getText(last);
  StringMap<int64_t> ids;
  ids[before] = getId(first).value_or(firstFallback);
  ids[after] = getId(last).value_or(lastFallback);
  TemplatePart begin{before, 0}, text{"$A", 0}, end{after, 0};
  return backend.setTemplate(
      {begin, text, end},
      {begin, text, end, TemplatePart{"$B", 1}, TemplatePart{after, 1}}, ids);
}

void Construction::addNamedAgain(bool asTexts) {
  auto add = [&](const NamedToken &token) {
    LibraryToken added = token.token;
    if (asTexts || !token.isDescribed)
      added = LibraryToken{.content = token.token.content,
                           .normalized = std::nullopt};
    added.special = true;
    backend.add(added);
  };
  for (StringRef role : getTokenRoles())
    if (auto token = getToken(role))
      add(*token);
  for (const auto &[role, token] : settings.own)
    add(token);
  if (settings.extra)
    llvm::for_each(*settings.extra, add);
}

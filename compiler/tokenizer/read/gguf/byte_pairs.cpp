//===- byte_pairs.cpp - GPT-2's kind of tokenizer in a GGUF file ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/gguf/vocabulary.h"
#include "compiler/tokenizer/read/gguf/word_cutting.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::gguf;

static Expected<const WordCutting *> findWords(const JsonObject &keys) {
  auto pre = keys.string("pre", "");
  if (!pre)
    return pre.takeError();
  std::vector<StringRef> names;
  for (const WordCutting &words : allWordCuttings()) {
    if (words.name == *pre)
      return &words;
    names.push_back(words.name);
  }
  return keys.error("pre", "it names how texts are cut into words, and known "
                           "are '" +
                               llvm::join(names, "', '") +
                               "'; write the model's description with "
                               "emblem-translate --to-yaml, and name its "
                               "tokenizer.json there");
}

static json::Object makePreTokenizer(const WordCutting &words) {
  json::Array parts;
  if (words.digits)
    parts.push_back(
        json::Object{{"type", "Digits"}, {"individual_digits", true}});
  bool isOwn = false;
  for (StringRef pattern : words.patterns) {
    if (pattern.empty())
      continue;
    isOwn = true;
    parts.push_back(json::Object{{"type", "Split"},
                                 {"pattern", json::Object{{"Regex", pattern}}},
                                 {"behavior", "Isolated"},
                                 {"invert", false}});
  }
  parts.push_back(json::Object{{"type", "ByteLevel"},
                               {"add_prefix_space", false},
                               {"trim_offsets", true},
                               {"use_regex", !isOwn}});
  return json::Object{{"type", "Sequence"},
                      {"pretokenizers", std::move(parts)}};
}

Expected<json::Object> gguf::makeBytePairs(const JsonObject &keys) {
  auto words = findWords(keys);
  if (!words)
    return words.takeError();
  auto tokens = readTokens(keys);
  if (!tokens)
    return tokens.takeError();
  const json::Value *merges = keys.find("merges");
  if (!merges || !merges->getAsArray())
    return keys.error("merges", "it must list the pairs that are joined");
  auto around = makeTemplate(keys, *tokens,
                             {.first = (*words)->addsFirst,
                              .between = (*words)->separates,
                              .neverBetween = (*words)->endsOnce});
  if (!around)
    return around.takeError();
  auto space = keys.boolean("add_space_prefix", false);
  if (!space)
    return space.takeError();
  if (*space)
    return keys.error("add_space_prefix",
                      "of this kind of tokenizer only false is known");
  if (Error error =
          refuseUnread(keys, "byte-level BPE",
                       {"scores", "unknown_token_id", "seperator_token_id"}))
    return error;
  auto ids = makeIds(keys, *tokens);
  if (!ids)
    return ids.takeError();
  json::Array added;
  for (auto [id, token] : enumerate(*tokens)) {
    if (token.type == TokenType::Byte)
      return keys.error("token_type", "token " + Twine(id) +
                                          " is a byte, which byte-level BPE "
                                          "spells in letters");
    if (token.isAdded())
      added.push_back(makeAddedToken(token, id));
  }
  return json::Object{
      {"normalizer", (*words)->composes
                         ? json::Value(json::Object{{"type", "NFC"}})
                         : json::Value(nullptr)},
      {"pre_tokenizer", makePreTokenizer(**words)},
      {"post_processor", std::move(*around)},
      {"decoder", json::Object{{"type", "ByteLevel"}}},
      {"added_tokens", std::move(added)},
      {"model", json::Object{{"type", "BPE"},
                             {"ignore_merges", (*words)->ignoresMerges},
                             {"vocab", std::move(*ids)},
                             {"merges", *merges}}}};
}

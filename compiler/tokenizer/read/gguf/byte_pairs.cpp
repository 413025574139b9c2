//===- byte_pairs.cpp - GPT-2's kind of tokenizer in a GGUF file ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// "tokenizer.ggml.pre" names how a text is cut into words. What each name
// stands for is in llama.cpp (src/llama-vocab.cpp) and in the tokenizer.json of
// the models that have it.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/gguf/vocabulary.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::gguf;

namespace {
struct Words {
  StringLiteral pre;
  /// A word, as Split has it; empty: GPT-2's own words.
  StringLiteral pattern;
  bool digits = false;        // each digit is a word, before that
  bool composes = false;      // texts are brought to NFC, which llama.cpp omits
  bool ignoresMerges = false; // a word that is a token is that token
  bool addsFirst = false;     // where "add_bos_token" is missing
};
} // namespace

#define EMBLEM_WORDS(digits)                                                   \
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" digits         \
  "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"

static constexpr Words known[] = {
    {.pre = "gpt-2", .pattern = ""},
    {.pre = "llama-bpe",
     .pattern = EMBLEM_WORDS("\\p{N}{1,3}"),
     .ignoresMerges = true,
     .addsFirst = true},
    {.pre = "llama3",
     .pattern = EMBLEM_WORDS("\\p{N}{1,3}"),
     .ignoresMerges = true,
     .addsFirst = true},
    {.pre = "llama-v3",
     .pattern = EMBLEM_WORDS("\\p{N}{1,3}"),
     .ignoresMerges = true,
     .addsFirst = true},
    {.pre = "modern-bert", .pattern = "", .composes = true},
    {.pre = "phi-2", .pattern = ""},
    {.pre = "qwen2", .pattern = EMBLEM_WORDS("\\p{N}"), .composes = true},
    {.pre = "smollm", .pattern = "", .digits = true},
    {.pre = "starcoder", .pattern = "", .digits = true}};

#undef EMBLEM_WORDS

static Expected<const Words *> findWords(const JsonObject &keys) {
  auto pre = keys.string("pre", "");
  if (!pre)
    return pre.takeError();
  std::vector<StringRef> names;
  for (const Words &words : known) {
    if (words.pre == *pre)
      return &words;
    names.push_back(words.pre);
  }
  return keys.error("pre", "it names how texts are cut into words, and known "
                           "are '" +
                               llvm::join(names, "', '") +
                               "'; write the model's description with "
                               "emblem-translate --to-yaml, and name its "
                               "tokenizer.json there");
}

static json::Object makePreTokenizer(const Words &words) {
  json::Array parts;
  if (words.digits)
    parts.push_back(
        json::Object{{"type", "Digits"}, {"individual_digits", true}});
  if (!words.pattern.empty())
    parts.push_back(
        json::Object{{"type", "Split"},
                     {"pattern", json::Object{{"Regex", words.pattern}}},
                     {"behavior", "Isolated"},
                     {"invert", false}});
  parts.push_back(json::Object{{"type", "ByteLevel"},
                               {"add_prefix_space", false},
                               {"trim_offsets", true},
                               {"use_regex", words.pattern.empty()}});
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
  auto around = makeTemplate(keys, *tokens, (*words)->addsFirst, false);
  if (!around)
    return around.takeError();
  auto space = keys.boolean("add_space_prefix", false);
  if (!space)
    return space.takeError();
  if (*space)
    return keys.error("add_space_prefix",
                      "of this kind of tokenizer only false is known");
  // A separator stands between two texts.
  if (Error error = refuseUnread(keys, "byte-level BPE",
                                 {"scores", "unknown_token_id",
                                  "seperator_token_id", "add_sep_token"}))
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
      {"added_tokens", std::move(added)},
      {"model", json::Object{{"type", "BPE"},
                             {"ignore_merges", (*words)->ignoresMerges},
                             {"vocab", std::move(*ids)},
                             {"merges", *merges}}}};
}

//===- word_piece.cpp - BERT's tokenizer in a GGUF file -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/gguf/vocabulary.h"
#include "compiler/tokenizer/unicode_facts.h"

#include "llvm/Support/ConvertUTF.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::gguf;

// Stands before a piece that begins a word.
static constexpr StringLiteral wordMark = "\u2581";

static bool hasUppercase(StringRef text) {
  const auto *source = reinterpret_cast<const UTF8 *>(text.begin());
  const auto *end = reinterpret_cast<const UTF8 *>(text.end());
  while (source != end) {
    UTF32 c;
    if (convertUTF8Sequence(&source, end, &c, strictConversion) != conversionOK)
      return false;
    if (toLowercase(c) != CodePoints{c})
      return true;
  }
  return false;
}

// Continuations have no mark here, and "##" in tokenizer.json. Old conversions
// leave pieces in brackets as they are, which no text can reach.
static std::string spell(StringRef token) {
  if (token.consume_front(wordMark) ||
      (token.starts_with("[") && token.ends_with("]")))
    return token.str();
  return ("##" + token).str();
}

// Spells the words as tokenizer.json does. Whether texts lose their case, newer
// files say, and in others the words do: a vocabulary of cased texts has many
// with upper case, and one of texts in lower case has none.
static Expected<bool> spellTokens(const JsonObject &keys,
                                  std::vector<Token> &tokens) {
  auto lowers = keys.boolean("normalizer.lowercase", false);
  if (!lowers)
    return lowers.takeError();
  size_t cased = 0, words = 0;
  std::string example;
  for (auto [id, token] : enumerate(tokens)) {
    if (token.type > TokenType::UserDefined)
      return keys.error("token_type",
                        "token " + Twine(id) +
                            " has a type that a WordPiece vocabulary cannot "
                            "have");
    if (token.type != TokenType::Normal)
      continue;
    token.text = spell(token.text);
    if (StringRef(token.text).starts_with("["))
      continue;
    ++words;
    if (!hasUppercase(token.text))
      continue;
    ++cased;
    example = token.text;
  }
  if (keys.find("normalizer.lowercase"))
    return !*lowers;
  if (cased == 0 || cased * 100 >= words)
    return cased != 0;
  return keys.error("tokens", "only " + Twine(cased) + " of " + Twine(words) +
                                  " words, such as '" + example +
                                  "', have upper case, so that it is not known "
                                  "whether texts keep theirs; compile the "
                                  "model's Hugging Face folder");
}

// A token and its id, as BertProcessing names them.
static json::Array idPair(ArrayRef<Token> tokens, size_t id) {
  return json::Array{tokens[id].text, int64_t(id)};
}

Expected<json::Object> gguf::makeWordPiece(const JsonObject &keys) {
  auto tokens = readTokens(keys);
  if (!tokens)
    return tokens.takeError();
  auto isCased = spellTokens(keys, *tokens);
  if (!isCased)
    return isCased.takeError();
  StringRef first = keys.find("cls_token_id") ? "cls_token_id" : "bos_token_id";
  auto cls = findToken(keys, *tokens, first, "[CLS]");
  if (!cls)
    return cls.takeError();
  auto sep = findToken(keys, *tokens, "seperator_token_id", "[SEP]");
  if (!sep)
    return sep.takeError();
  auto unknown = findToken(keys, *tokens, "unknown_token_id", "[UNK]");
  if (!unknown)
    return unknown.takeError();
  auto strips = keys.boolean("normalizer.strip_accents", false);
  if (!strips)
    return strips.takeError();
  // Scores are zero, and llama.cpp puts the first and last token around a text
  // of this model whatever the flags say.
  if (Error error = refuseUnread(
          keys, "WordPiece",
          {"pre", "scores", "add_bos_token", "add_eos_token", "add_sep_token"}))
    return error;
  auto ids = makeIds(keys, *tokens);
  if (!ids)
    return ids.takeError();
  json::Array added;
  for (auto [id, token] : enumerate(*tokens))
    if (token.type != TokenType::Normal) {
      token.type = TokenType::Control; // an unknown one is found whole too
      added.push_back(makeAddedToken(token, id));
    }
  return json::Object{
      {"normalizer",
       json::Object{{"type", "BertNormalizer"},
                    {"clean_text", true},
                    {"handle_chinese_chars", true},
                    {"strip_accents", keys.find("normalizer.strip_accents")
                                          ? json::Value(*strips)
                                          : json::Value(nullptr)},
                    {"lowercase", !*isCased}}},
      {"pre_tokenizer", json::Object{{"type", "BertPreTokenizer"}}},
      {"post_processor", json::Object{{"type", "BertProcessing"},
                                      {"cls", idPair(*tokens, *cls)},
                                      {"sep", idPair(*tokens, *sep)}}},
      {"decoder", json::Object{{"type", "WordPiece"},
                               {"prefix", "##"},
                               {"cleanup", true}}},
      {"added_tokens", std::move(added)},
      {"model", json::Object{{"type", "WordPiece"},
                             {"unk_token", (*tokens)[*unknown].text},
                             {"continuing_subword_prefix", "##"},
                             {"max_input_chars_per_word", 100},
                             {"vocab", std::move(*ids)}}}};
}

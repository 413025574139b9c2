//===- vocabulary.cpp - A vocabulary in a GGUF file -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/gguf/vocabulary.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::gguf;

Expected<std::vector<Token>> gguf::readTokens(const JsonObject &keys) {
  const json::Value *value = keys.find("tokens");
  const json::Array *texts = value ? value->getAsArray() : nullptr;
  const json::Value *typeValue = keys.find("token_type");
  const json::Array *types = typeValue ? typeValue->getAsArray() : nullptr;
  if (!texts)
    return keys.error("tokens", "it must list the vocabulary");
  if (!types || types->size() != texts->size())
    return keys.error("token_type", "it must have one type for each of " +
                                        Twine(texts->size()) + " tokens");
  std::vector<Token> tokens;
  for (auto [text, type] : zip_equal(*texts, *types)) {
    std::optional<StringRef> content = text.getAsString();
    std::optional<int64_t> kind = type.getAsInteger();
    if (!content)
      return keys.error("tokens", "it must list strings");
    if (!kind || *kind < int64_t(TokenType::Normal) ||
        *kind > int64_t(TokenType::Byte))
      return keys.error("token_type", "token " + Twine(tokens.size()) +
                                          " has a type that llama.cpp has "
                                          "not, from 1 to 6");
    tokens.push_back({content->str(), static_cast<TokenType>(*kind)});
  }
  return tokens;
}

Expected<size_t> gguf::findToken(const JsonObject &keys, ArrayRef<Token> tokens,
                                 StringRef key, StringRef usual) {
  if (const json::Value *value = keys.find(key)) {
    std::optional<uint64_t> id = value->getAsUINT64();
    if (id && *id < tokens.size())
      return *id;
    return keys.error(key, "it must be an id of the vocabulary, from 0 to " +
                               Twine(int64_t(tokens.size()) - 1));
  }
  for (auto [id, token] : enumerate(tokens))
    if (token.text == usual)
      return id;
  return keys.error(key, "the vocabulary has no '" + usual + "' either");
}

json::Object gguf::makeAddedToken(const Token &token, size_t id, bool lstrip) {
  return json::Object{{"id", int64_t(id)},
                      {"content", token.text},
                      {"single_word", false},
                      {"lstrip", lstrip},
                      {"rstrip", false},
                      {"normalized", false},
                      {"special", token.type != TokenType::UserDefined}};
}

Expected<json::Object> gguf::makeIds(const JsonObject &keys,
                                     ArrayRef<Token> tokens) {
  json::Object ids;
  for (auto [id, token] : enumerate(tokens))
    if (token.type != TokenType::Unused &&
        !ids.try_emplace(token.text, int64_t(id)).second)
      return keys.error("tokens", "'" + token.text + "' is there twice");
  return ids;
}

namespace {
/// The pieces of a TemplateProcessing.
struct TemplateMaker {
  const JsonObject &keys;
  ArrayRef<Token> tokens;
  json::Object special = {};

  /// The token's piece, or nothing where `flag` says that it is not added.
  Expected<json::Array> piece(StringRef flag, bool usual, StringRef key,
                              StringRef token) {
    auto adds = keys.boolean(flag, usual);
    if (!adds)
      return adds.takeError();
    if (!*adds)
      return json::Array();
    auto id = findToken(keys, tokens, key, token);
    if (!id)
      return id.takeError();
    std::string text = tokens[*id].text; // a StringRef would not be copied
    special[text] = json::Object{{"id", text},
                                 {"ids", json::Array{int64_t(*id)}},
                                 {"tokens", json::Array{text}}};
    return json::Array{json::Object{
        {"SpecialToken", json::Object{{"id", text}, {"type_id", 0}}}}};
  }
};
} // namespace

static json::Value sequence(StringRef id, int type) {
  return json::Object{
      {"Sequence", json::Object{{"id", id}, {"type_id", type}}}};
}

static json::Array joinPieces(std::initializer_list<json::Array> parts) {
  json::Array all;
  for (const json::Array &part : parts)
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

Expected<json::Value> gguf::makeTemplate(const JsonObject &keys,
                                         ArrayRef<Token> tokens, Around usual) {
  TemplateMaker maker{keys, tokens};
  auto first = maker.piece("add_bos_token", usual.first, "bos_token_id", "<s>");
  if (!first)
    return first.takeError();
  auto last = maker.piece("add_eos_token", usual.last, "eos_token_id", "</s>");
  if (!last)
    return last.takeError();
  auto between =
      maker.piece("add_sep_token", usual.between, "seperator_token_id", "</s>");
  if (!between || usual.neverBetween) {
    // Without such a token pairs have none; single texts have none anyway.
    consumeError(between.takeError());
    between = json::Array();
  }
  if (maker.special.empty())
    return nullptr;
  json::Array a{sequence("A", 0)}, b{sequence("B", 1)};
  return json::Object{
      {"type", "TemplateProcessing"},
      {"single", joinPieces({*first, a, *last})},
      {"pair", joinPieces({*first, a, *last, *between, b, *last})},
      {"special_tokens", std::move(maker.special)}};
}

Error gguf::refuseUnread(const JsonObject &keys, StringRef kind,
                         ArrayRef<StringRef> ignored) {
  // Tokens of a chat, of holes in code, and of padding are in no text.
  static constexpr StringLiteral harmless[] = {
      "bos_token_id",    "cls_token_id",     "eom_token_id",
      "eos_token_id",    "eot_token_id",     "mask_token_id",
      "middle_token_id", "padding_token_id", "prefix_token_id",
      "suffix_token_id", "token_type_count"};
  for (StringRef key : keys.getUnread())
    if (!is_contained(harmless, key) && !is_contained(ignored, key) &&
        !key.starts_with("fim_"))
      return keys.error(key, "this setting of a " + kind +
                                 " tokenizer is not known, and may change the "
                                 "ids");
  return Error::success();
}

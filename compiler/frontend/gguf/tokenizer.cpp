//===- tokenizer.cpp - The tokenizer in a GGUF file -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/gguf/tokenizer.h"

#include "compiler/frontend/gguf/gguf_file.h"
#include "compiler/frontend/json_file.h"
#include "compiler/frontend/tokenizer/unicode_facts.h"

#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace emblem::frontend;

static constexpr StringLiteral keyPrefix = "tokenizer.ggml.";
// Stands before a piece that begins a word.
static constexpr StringLiteral wordMark = "\u2581";

namespace {
/// enum llama_token_type of llama.h, those that a WordPiece vocabulary has.
enum TokenType { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4 };

/// A vocabulary as "tokenizer.ggml.tokens" has it: the id is the place.
struct Vocabulary {
  std::vector<std::string> pieces; // as tokenizer.json spells them
  std::vector<bool> isSpecial;     // found whole in a text
};
} // namespace

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

static Expected<Vocabulary> readVocabulary(const JsonObject &keys) {
  const json::Value *value = keys.find("tokens");
  const json::Array *tokens = value ? value->getAsArray() : nullptr;
  const json::Value *typeValue = keys.find("token_type");
  const json::Array *types = typeValue ? typeValue->getAsArray() : nullptr;
  if (!tokens)
    return keys.error("tokens", "it must list the vocabulary");
  if (!types || types->size() != tokens->size())
    return keys.error("token_type", "it must have one type for each of " +
                                        Twine(tokens->size()) + " tokens");
  Vocabulary vocabulary;
  for (auto [token, type] : zip_equal(*tokens, *types)) {
    std::optional<StringRef> text = token.getAsString();
    std::optional<int64_t> kind = type.getAsInteger();
    if (!text)
      return keys.error("tokens", "it must list strings");
    if (!kind || *kind < Normal || *kind > UserDefined)
      return keys.error("token_type",
                        "token " + Twine(vocabulary.pieces.size()) +
                            " has a type that a WordPiece vocabulary cannot "
                            "have");
    std::string piece = *kind == Normal ? spell(*text) : text->str();
    // The file does not say whether texts lose their case; the words do.
    if (*kind == Normal && !StringRef(piece).starts_with("[") &&
        hasUppercase(piece))
      return keys.error("tokens", "'" + piece +
                                      "' has upper case, and the file cannot "
                                      "say how such a tokenizer treats case "
                                      "and accents; compile the model's "
                                      "Hugging Face folder");
    vocabulary.pieces.push_back(std::move(piece));
    vocabulary.isSpecial.push_back(*kind != Normal);
  }
  return vocabulary;
}

// The id under `key`, or else that of the token that BERT has there.
static Expected<size_t> findToken(const JsonObject &keys,
                                  const Vocabulary &vocabulary, StringRef key,
                                  StringRef usual) {
  if (const json::Value *value = keys.find(key)) {
    std::optional<uint64_t> id = value->getAsUINT64();
    if (id && *id < vocabulary.pieces.size())
      return *id;
    return keys.error(key, "it must be an id of the vocabulary, from 0 to " +
                               Twine(int64_t(vocabulary.pieces.size()) - 1));
  }
  auto found = llvm::find(vocabulary.pieces, usual);
  if (found != vocabulary.pieces.end())
    return found - vocabulary.pieces.begin();
  return keys.error(key, "the vocabulary has no '" + usual + "' either");
}

// A token and its id, as BertProcessing names them.
static json::Array idPair(const Vocabulary &vocabulary, size_t id) {
  return json::Array{vocabulary.pieces[id], int64_t(id)};
}

// Keys that change no id: scores are zero, no text is padded, and llama.cpp
// puts the first and last token around a text of this model whatever the flags
// say.
static Error refuseUnknown(const JsonObject &keys) {
  static constexpr StringLiteral ignored[] = {
      "pre",           "scores",           "token_type_count", "bos_token_id",
      "eos_token_id",  "padding_token_id", "mask_token_id",    "add_bos_token",
      "add_eos_token", "add_sep_token"};
  for (StringRef key : keys.getUnread())
    if (!is_contained(ignored, key))
      return keys.error(key, "this setting of a WordPiece tokenizer is not "
                             "known, and may change the ids");
  return Error::success();
}

static Expected<json::Object> makeWordPiece(const JsonObject &keys) {
  auto vocabulary = readVocabulary(keys);
  if (!vocabulary)
    return vocabulary.takeError();
  StringRef first = keys.find("cls_token_id") ? "cls_token_id" : "bos_token_id";
  auto cls = findToken(keys, *vocabulary, first, "[CLS]");
  if (!cls)
    return cls.takeError();
  auto sep = findToken(keys, *vocabulary, "seperator_token_id", "[SEP]");
  if (!sep)
    return sep.takeError();
  auto unknown = findToken(keys, *vocabulary, "unknown_token_id", "[UNK]");
  if (!unknown)
    return unknown.takeError();
  if (Error error = refuseUnknown(keys))
    return error;

  json::Object ids;
  json::Array added;
  for (auto [id, piece] : enumerate(vocabulary->pieces)) {
    if (!ids.try_emplace(piece, int64_t(id)).second)
      return keys.error("tokens", "'" + piece + "' is there twice");
    if (vocabulary->isSpecial[id])
      added.push_back(json::Object{{"id", int64_t(id)},
                                   {"content", piece},
                                   {"single_word", false},
                                   {"lstrip", false},
                                   {"rstrip", false},
                                   {"normalized", false},
                                   {"special", true}});
  }
  return json::Object{
      {"normalizer", json::Object{{"type", "BertNormalizer"},
                                  {"clean_text", true},
                                  {"handle_chinese_chars", true},
                                  {"strip_accents", nullptr},
                                  {"lowercase", true}}},
      {"pre_tokenizer", json::Object{{"type", "BertPreTokenizer"}}},
      {"post_processor", json::Object{{"type", "BertProcessing"},
                                      {"cls", idPair(*vocabulary, *cls)},
                                      {"sep", idPair(*vocabulary, *sep)}}},
      {"added_tokens", std::move(added)},
      {"model", json::Object{{"type", "WordPiece"},
                             {"unk_token", vocabulary->pieces[*unknown]},
                             {"continuing_subword_prefix", "##"},
                             {"max_input_chars_per_word", 100},
                             {"vocab", std::move(ids)}}}};
}

Expected<std::string> emblem::frontend::readGgufTokenizer(StringRef path) {
  auto file = GgufFile::open(path);
  if (!file)
    return file.takeError();
  const json::Object &metadata = (*file)->getMetadata();
  if (auto whole = metadata.getString("tokenizer.huggingface.json"))
    return whole->str();
  json::Object own;
  for (const auto &[key, value] : metadata) {
    StringRef name = key;
    if (name.consume_front(keyPrefix))
      own[name.str()] = value;
  }
  JsonObject keys(path.str(), std::move(own), keyPrefix.str());
  auto model = keys.string("model", "");
  if (!model)
    return model.takeError();
  if (*model != "bert")
    return keys.error("model",
                      "of the tokenizers in GGUF files only \"bert\" is "
                      "supported; write the model's description with "
                      "emblem-translate --to-yaml, and name its tokenizer.json "
                      "there");
  auto tokenizer = makeWordPiece(keys);
  if (!tokenizer)
    return tokenizer.takeError();
  return formatv("{0}", json::Value(std::move(*tokenizer))).str();
}

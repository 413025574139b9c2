//===- sentence_piece.cpp - SentencePiece's tokenizers in a GGUF file -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/gguf/vocabulary.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Base64.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::gguf;

// What stands for a space.
static constexpr StringLiteral space = "\u2581";

static Expected<std::vector<double>> readScores(const JsonObject &keys,
                                                size_t count) {
  const json::Value *value = keys.find("scores");
  const json::Array *list = value ? value->getAsArray() : nullptr;
  std::vector<double> scores;
  for (const json::Value &score : list ? *list : json::Array())
    if (auto number = score.getAsNumber())
      scores.push_back(static_cast<float>(*number)); // as the file has it
  if (!list || scores.size() != count || list->size() != count)
    return keys.error("scores", "it must have a number for each of " +
                                    Twine(count) + " tokens");
  return scores;
}

static Error refuseFlag(const JsonObject &keys, StringRef key, bool fallback,
                        bool refused) {
  auto value = keys.boolean(key, fallback);
  if (!value)
    return value.takeError();
  if (*value != refused)
    return Error::success();
  return keys.error(key, "of this kind of tokenizer only " +
                             Twine(refused ? "false" : "true") + " is known");
}

static json::Array makeAdded(const JsonObject &keys, ArrayRef<Token> tokens,
                             std::optional<size_t> mask) {
  json::Array added;
  for (auto [id, token] : enumerate(tokens))
    if (token.isAdded() || token.type == TokenType::Unknown)
      added.push_back(makeAddedToken(token, id, /*lstrip=*/id == mask));
  return added;
}

//===----------------------------------------------------------------------===//
// Byte pairs with scores: Llama, Gemma
//===----------------------------------------------------------------------===//

namespace {
struct Merge {
  size_t left, right; // ids
  double score;
  size_t leftSize, rightSize; // in characters

  // The best first; of one score in transformers' order (generate_merges).
  bool operator<(const Merge &other) const {
    return std::tuple(-score, -int64_t(leftSize), -int64_t(rightSize)) <
           std::tuple(-other.score, -int64_t(other.leftSize),
                      -int64_t(other.rightSize));
  }
};
} // namespace

static size_t countCharacters(StringRef text) {
  return llvm::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
}

// SentencePiece joins the two neighbours whose union has the best score. As
// merges: every way to split a token into two, in the order of the tokens'
// scores.
static json::Array makeMerges(ArrayRef<Token> tokens, ArrayRef<double> scores) {
  StringMap<size_t> ids;
  for (auto [id, token] : enumerate(tokens))
    ids.try_emplace(token.text, id);
  std::vector<Merge> merges;
  for (auto [id, token] : enumerate(tokens)) {
    if (token.type != TokenType::Normal && token.type != TokenType::UserDefined)
      continue;
    StringRef text = token.text;
    size_t begin = merges.size();
    for (size_t at = 1; at < text.size(); ++at) {
      if ((text[at] & 0xC0) == 0x80) // within a character
        continue;
      auto left = ids.find(text.take_front(at)),
           right = ids.find(text.substr(at));
      if (left != ids.end() && right != ids.end())
        merges.push_back({left->second, right->second, scores[id],
                          countCharacters(left->first()),
                          countCharacters(right->first())});
    }
    std::sort(merges.begin() + begin, merges.end(),
              [](const Merge &a, const Merge &b) {
                return std::pair(a.left, a.right) < std::pair(b.left, b.right);
              });
  }
  std::stable_sort(merges.begin(), merges.end());
  json::Array result;
  for (const Merge &merge : merges)
    result.push_back(
        json::Array{tokens[merge.left].text, tokens[merge.right].text});
  return result;
}

namespace {
/// What both kinds of tokenizer have.
struct Vocabulary {
  std::vector<Token> tokens;
  std::vector<double> scores; // of the tokens
  size_t unknown = 0;         // its id
};
} // namespace

static Expected<Vocabulary> readVocabulary(const JsonObject &keys) {
  Vocabulary vocabulary;
  auto &[tokens, scores, unknown] = vocabulary;
  if (Error error = readTokens(keys).moveInto(tokens))
    return error;
  if (Error error = readScores(keys, tokens.size()).moveInto(scores))
    return error;
  if (Error error = findToken(keys, tokens, "unknown_token_id", "<unk>")
                        .moveInto(unknown))
    return error;
  return vocabulary;
}

Expected<json::Object> gguf::makeSentencePairs(const JsonObject &keys) {
  auto read = readVocabulary(keys);
  if (!read)
    return read.takeError();
  auto &[tokens, scores, unknown] = *read;
  auto around = makeTemplate(keys, tokens, {.first = true});
  if (!around)
    return around.takeError();
  auto prefixes = keys.boolean("add_space_prefix", true);
  if (!prefixes)
    return prefixes.takeError();
  if (Error error = refuseFlag(keys, "remove_extra_whitespaces", false,
                               /*refused=*/true))
    return error;
  if (Error error = refuseUnread(keys, "SentencePiece",
                                 {"pre", "merges", "seperator_token_id"}))
    return error;
  auto ids = makeIds(keys, tokens);
  if (!ids)
    return ids.takeError();
  json::Array steps;
  if (*prefixes)
    steps.push_back(json::Object{{"type", "Prepend"}, {"prepend", space}});
  steps.push_back(json::Object{{"type", "Replace"},
                               {"pattern", json::Object{{"String", " "}}},
                               {"content", space}});
  json::Array decoders{
      json::Object{{"type", "Replace"},
                   {"pattern", json::Object{{"String", space}}},
                   {"content", " "}},
      json::Object{{"type", "ByteFallback"}}, json::Object{{"type", "Fuse"}}};
  if (*prefixes)
    decoders.push_back(json::Object{
        {"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
  bool hasBytes = any_of(
      tokens, [](const Token &token) { return token.type == TokenType::Byte; });
  return json::Object{
      {"normalizer",
       json::Object{{"type", "Sequence"}, {"normalizers", std::move(steps)}}},
      {"pre_tokenizer", nullptr},
      {"post_processor", std::move(*around)},
      {"decoder",
       json::Object{{"type", "Sequence"}, {"decoders", std::move(decoders)}}},
      {"added_tokens", makeAdded(keys, tokens, std::nullopt)},
      {"model", json::Object{{"type", "BPE"},
                             {"unk_token", tokens[unknown].text},
                             {"fuse_unk", true},
                             {"byte_fallback", hasBytes},
                             {"vocab", std::move(*ids)},
                             {"merges", makeMerges(tokens, scores)}}}};
}

//===----------------------------------------------------------------------===//
// Unigram: T5, XLM-R
//===----------------------------------------------------------------------===//

static Expected<json::Value> readCharsmap(const JsonObject &keys) {
  StringRef key = "precompiled_charsmap";
  const json::Value *value = keys.find(key);
  if (!value)
    return nullptr;
  std::string bytes;
  const json::Array *list = value->getAsArray();
  for (const json::Value &element : list ? *list : json::Array())
    if (auto byte = element.getAsInteger();
        byte && *byte >= -128 && *byte < 256)
      bytes.push_back(static_cast<char>(*byte));
  if (!list || bytes.size() != list->size())
    return keys.error(key, "it must be a list of bytes");
  if (bytes.empty())
    return nullptr;
  return json::Object{{"type", "Precompiled"},
                      {"precompiled_charsmap", encodeBase64(bytes)}};
}

Expected<json::Object> gguf::makeUnigram(const JsonObject &keys) {
  auto read = readVocabulary(keys);
  if (!read)
    return read.takeError();
  auto &[tokens, scores, unknown] = *read;
  auto around = makeTemplate(keys, tokens, {.last = true});
  if (!around)
    return around.takeError();
  auto charsmap = readCharsmap(keys);
  if (!charsmap)
    return charsmap.takeError();
  for (StringRef key : {"remove_extra_whitespaces", "add_space_prefix"})
    if (Error error = refuseFlag(keys, key, true, /*refused=*/false))
      return error;
  std::optional<size_t> mask;
  if (keys.find("mask_token_id"))
    if (Error error =
            findToken(keys, tokens, "mask_token_id", "<mask>").moveInto(mask))
      return error;
  if (Error error =
          refuseUnread(keys, "Unigram", {"pre", "seperator_token_id"}))
    return error;
  json::Array pieces;
  for (auto [id, token] : enumerate(tokens)) {
    if (token.type == TokenType::Byte)
      return keys.error("token_type", "token " + Twine(id) +
                                          " is a byte, which llama.cpp's "
                                          "Unigram does not fall back on");
    pieces.push_back(json::Array{token.text, scores[id]});
  }
  return json::Object{
      {"normalizer", std::move(*charsmap)},
      {"pre_tokenizer",
       json::Object{{"type", "Sequence"},
                    {"pretokenizers",
                     json::Array{json::Object{{"type", "WhitespaceSplit"}},
                                 json::Object{{"type", "Metaspace"},
                                              {"replacement", space},
                                              {"prepend_scheme", "always"},
                                              {"split", true}}}}}},
      {"post_processor", std::move(*around)},
      {"decoder", json::Object{{"type", "Metaspace"},
                               {"replacement", space},
                               {"prepend_scheme", "always"}}},
      {"added_tokens", makeAdded(keys, tokens, mask)},
      {"model", json::Object{{"type", "Unigram"},
                             {"unk_id", int64_t(unknown)},
                             {"byte_fallback", false},
                             {"vocab", std::move(pieces)}}}};
}

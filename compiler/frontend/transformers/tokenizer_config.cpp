//===- tokenizer_config.cpp - Two files about one tokenizer ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/tokenizer_config.h"

using namespace llvm;
using namespace emblem::frontend;

static Error differs(const JsonObject &config, StringRef key,
                     StringRef tokenizerFile, StringRef there) {
  return config.error(key, "'" + tokenizerFile + "' has " + there +
                               ", and which of the two counts depends on the "
                               "library; save the tokenizer again with "
                               "transformers, or make the two files agree");
}

static Error checkSide(const JsonObject &config, StringRef tokenizerFile,
                       const JsonObject &tokenizer) {
  const json::Value *value = tokenizer.find("truncation");
  const json::Object *truncation = value ? value->getAsObject() : nullptr;
  StringRef side = "right";
  if (truncation && truncation->getString("direction") == StringRef("Left"))
    side = "left";
  auto wanted = config.string("truncation_side", side);
  if (!wanted)
    return wanted.takeError();
  if (*wanted != side)
    return differs(config, "truncation_side", tokenizerFile,
                   side == "right" ? "no truncation of direction \"Left\""
                                   : "the truncation direction \"Left\"");
  return Error::success();
}

static Error checkNormalizer(const JsonObject &config, StringRef tokenizerFile,
                             const JsonObject &tokenizer) {
  const json::Value *value = tokenizer.find("normalizer");
  const json::Object *steps = value ? value->getAsObject() : nullptr;
  if (!steps || steps->getString("type") != StringRef("BertNormalizer"))
    return Error::success();
  for (auto [key, step] :
       {std::pair("do_lower_case", "lowercase"),
        std::pair("strip_accents", "strip_accents"),
        std::pair("tokenize_chinese_chars", "handle_chinese_chars")}) {
    std::optional<bool> there = steps->getBoolean(step);
    auto wanted = config.boolean(key, there.value_or(false));
    if (!wanted)
      return wanted.takeError();
    if (there && *wanted != *there)
      return differs(config, key, tokenizerFile,
                     (Twine("a BertNormalizer whose '") + step + "' is " +
                      (*there ? "true" : "false"))
                         .str());
  }
  return Error::success();
}

// Whether the template puts the token somewhere.
static bool usesToken(const json::Object &processor, StringRef token) {
  if (const json::Object *tokens = processor.getObject("special_tokens"))
    return tokens->get(token);
  for (StringRef end : {"cls", "sep"})
    if (const json::Array *pair = processor.getArray(end))
      if (!pair->empty() && pair->front().getAsString() == token)
        return true;
  return false;
}

// BERT's tokenizers put the tokens of tokenizer_config.json around a text.
static Error checkEnds(const JsonObject &config, StringRef tokenizerFile,
                       const JsonObject &tokenizer) {
  const json::Value *value = tokenizer.find("post_processor");
  const json::Object *processor = value ? value->getAsObject() : nullptr;
  const json::Value *type = config.find("tokenizer_class");
  if (!processor || !type ||
      !type->getAsString().value_or("").starts_with("BertTokenizer"))
    return Error::success();
  for (StringRef key : {"cls_token", "sep_token"}) {
    const json::Value *token = config.find(key);
    if (token && token->getAsString() &&
        !usesToken(*processor, *token->getAsString()))
      return differs(config, key, tokenizerFile,
                     "a post_processor without that token");
  }
  return Error::success();
}

Error emblem::frontend::checkTokenizerConfig(const JsonObject &config,
                                             StringRef tokenizerFile) {
  // Some have a hundred thousand tokens: not read where nothing is said.
  static constexpr StringLiteral settings[] = {
      "truncation_side", "do_lower_case", "strip_accents",
      "tokenize_chinese_chars", "tokenizer_class"};
  if (none_of(settings, [&](StringRef key) { return config.find(key); }))
    return Error::success();
  auto tokenizer = JsonObject::read(tokenizerFile);
  if (!tokenizer)
    return tokenizer.takeError();
  for (auto check : {checkSide, checkNormalizer, checkEnds})
    if (Error error = check(config, tokenizerFile, *tokenizer))
      return error;
  return Error::success();
}

//===- tokenizer_json.cpp - Reading tokenizer.json ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/tokenizer_json.h"

#include "compiler/files/json_file.h"
#include "compiler/files/model_file.h"
#include "compiler/tokenizer/read/json_escapes.h"
#include "compiler/tokenizer/read/part_readers.h"

using namespace llvm;
using namespace emblem::frontend;

//===----------------------------------------------------------------------===//
// Added tokens and truncation
//===----------------------------------------------------------------------===//

static Error readAddedToken(const JsonFields &part, AddedToken &token) {
  Expected<int64_t> id = part.getInteger("id", 0, INT32_MAX - 1);
  if (!id)
    return id.takeError();
  token.id = int32_t(*id);
  Expected<StringRef> content = part.getString("content");
  if (!content)
    return content.takeError();
  token.content = content->str();
  if (Error error = part.readBoolean("single_word", token.singleWord))
    return error;
  if (Error error = part.readBoolean("lstrip", token.lstrip))
    return error;
  if (Error error = part.readBoolean("rstrip", token.rstrip))
    return error;
  if (Error error = part.readBoolean("normalized", token.normalized))
    return error;
  return part.readOptionalBoolean("special", token.special);
}

static Error readAddedTokens(const JsonFields &file,
                             const StringMap<int32_t> &vocabulary,
                             int64_t vocabularySize,
                             TokenizerDescription &result) {
  if (file.isAbsent("added_tokens"))
    return Error::success();
  Expected<const json::Array *> tokens = file.getArray("added_tokens");
  if (!tokens)
    return tokens.takeError();
  // The reference gives a token its id in the vocabulary, or the next free one,
  // whatever the file says.
  int64_t nextId = vocabularySize;
  for (const json::Value &value : **tokens) {
    Expected<JsonFields> part = file.toObject("added_tokens", value);
    if (!part)
      return part.takeError();
    AddedToken token;
    if (Error error = readAddedToken(*part, token))
      return error;
    if (token.content.empty())
      continue;
    auto found = vocabulary.find(token.content);
    int64_t id = found != vocabulary.end() ? found->second : nextId;
    nextId = std::max(nextId, id + 1);
    if (id != token.id)
      return part->refuse("'" + token.content + "' has the id " +
                          Twine(token.id) +
                          ", and the reference would give it " + Twine(id) +
                          "; correct the file");
    result.addedTokens.push_back(std::move(token));
  }
  return Error::success();
}

static Error readTruncation(const JsonFields &file,
                            TokenizerDescription &result) {
  if (file.isAbsent("truncation"))
    return Error::success();
  Expected<JsonFields> part = file.getObject("truncation");
  if (!part)
    return part.takeError();
  if (!part->isAbsent("strategy")) {
    Expected<StringRef> strategy = part->getString("strategy");
    if (!strategy)
      return strategy.takeError();
    if (*strategy != "LongestFirst")
      result.noPairs = ("its truncation has the strategy " + *strategy +
                        ", and pairs are cut by LongestFirst alone")
                           .str();
  }
  if (part->isAbsent("direction"))
    return Error::success();
  Expected<StringRef> direction = part->getString("direction");
  if (!direction)
    return direction.takeError();
  if (*direction != "Left" && *direction != "Right")
    return part->refuse("has the direction " + *direction +
                        "; known are Left and Right");
  result.truncateLeft = *direction == "Left";
  return Error::success();
}

Expected<json::Value> emblem::frontend::parseTokenizerText(StringRef text,
                                                           StringRef path) {
  // The text as it is comes first, so that an error's column is right.
  Expected<json::Value> value = parseJson(text, path);
  if (value && (text.contains_insensitive("\\ud")))
    value = parseJson(decodeSurrogatePairs(text), path);
  return value;
}

Expected<TokenizerDescription>
emblem::frontend::parseTokenizerJson(StringRef text, StringRef path) {
  Expected<json::Value> value = parseTokenizerText(text, path);
  if (!value)
    return value.takeError();
  return describeTokenizer(*value, path);
}

Expected<TokenizerDescription>
emblem::frontend::describeTokenizer(const json::Value &value, StringRef path,
                                    bool hasExactScores) {
  Expected<JsonFields> file = JsonFields::fromFile(path, value);
  if (!file)
    return file.takeError();
  Expected<JsonFields> model = file->getObject("model");
  if (!model)
    return model.takeError();

  TokenizerDescription result;
  Expected<StringMap<int32_t>> vocabulary =
      readTokenizerModel(*model, hasExactScores, result.model);
  if (!vocabulary)
    return vocabulary.takeError();
  auto readPart = [&](StringRef key,
                      function_ref<Error(const JsonFields &)> read) -> Error {
    if (file->isAbsent(key))
      return Error::success(); // nothing happens there
    Expected<JsonFields> part = file->getObject(key);
    return part ? read(*part) : part.takeError();
  };
  if (Error error = readPart("normalizer", [&](const JsonFields &part) {
        return readNormalizer(part, result.normalizer);
      }))
    return error;
  if (Error error = readPart("pre_tokenizer", [&](const JsonFields &part) {
        return readPreTokenizer(part, result.preTokenizer);
      }))
    return error;
  if (Error error = readPart("post_processor", [&](const JsonFields &part) {
        return readPostProcessor(part, result);
      }))
    return error;
  if (Error error = readPart("decoder", [&](const JsonFields &part) {
        return readDecoder(part, result.decoder.emplace());
      }))
    return error;
  const auto *unigrams = std::get_if<UnigramModel>(&result.model);
  int64_t size =
      unigrams ? int64_t(unigrams->pieces.size()) : int64_t(vocabulary->size());
  if (Error error = readAddedTokens(*file, *vocabulary, size, result))
    return error;
  if (Error error = readTruncation(*file, result))
    return error;
  return result;
}

Expected<TokenizerDescription>
emblem::frontend::readTokenizerJson(StringRef path) {
  auto buffer = readTextFile(path);
  if (!buffer)
    return buffer.takeError();
  return parseTokenizerJson((*buffer)->getBuffer(), path);
}

//===- tokenizer_json.cpp - Reading tokenizer.json ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/tokenizer/tokenizer_json.h"

#include "compiler/frontend/gguf/tokenizer.h"
#include "compiler/frontend/json_file.h"
#include "compiler/frontend/model_file.h"
#include "compiler/frontend/tokenizer/json_escapes.h"
#include "compiler/frontend/tokenizer/json_fields.h"

#include "llvm/ADT/StringMap.h"

using namespace llvm;
using namespace emblem::frontend;

using Vocabulary = StringMap<int32_t>;

// One sentence for each kind of part that cannot be compiled.
static Error requireType(const JsonFields &part, StringRef known) {
  Expected<StringRef> type = part.getString("type");
  if (!type)
    return type.takeError();
  if (*type != known)
    return part.refuse("is a " + *type + "; known is " + known);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// The model
//===----------------------------------------------------------------------===//

static Expected<Vocabulary> readVocabulary(const JsonFields &model,
                                           WordPieceModel &result) {
  Expected<JsonFields> vocabulary = model.getObject("vocab");
  if (!vocabulary)
    return vocabulary.takeError();
  Vocabulary ids;
  for (const auto &[token, value] : vocabulary->getObject()) {
    Expected<int32_t> id = vocabulary->toId(token, value);
    if (!id)
      return id.takeError();
    ids[token.str()] = *id;
    result.vocabulary.emplace_back(token.str(), *id);
  }
  // JSON objects have no order; the same tables each time need one.
  llvm::sort(result.vocabulary);
  return ids;
}

static Expected<Vocabulary> readModel(const JsonFields &model,
                                      WordPieceModel &result) {
  if (Error error = requireType(model, "WordPiece"))
    return error;
  Expected<StringRef> unknown = model.getString("unk_token");
  if (!unknown)
    return unknown.takeError();
  Expected<StringRef> prefix = model.getString("continuing_subword_prefix");
  if (!prefix)
    return prefix.takeError();
  // A longer limit than this would only cost memory.
  Expected<int64_t> limit =
      model.getInteger("max_input_chars_per_word", 0, 1000000);
  if (!limit)
    return limit.takeError();
  result.continuingSubwordPrefix = prefix->str();
  result.maxInputCharsPerWord = uint32_t(*limit);
  Expected<Vocabulary> ids = readVocabulary(model, result);
  if (!ids)
    return ids.takeError();
  auto found = ids->find(*unknown);
  if (found == ids->end())
    return model.refuse("has the unk_token '" + *unknown +
                        "', which its vocab lacks; add it to the vocab");
  result.unknownId = found->second;
  return ids;
}

//===----------------------------------------------------------------------===//
// Normaliser, pre-tokenizer, post-processor
//===----------------------------------------------------------------------===//

static Error readNormalizer(const JsonFields &file, BertNormalizer &result) {
  if (file.isAbsent("normalizer"))
    return Error::success(); // text stays as it is
  Expected<JsonFields> part = file.getObject("normalizer");
  if (!part)
    return part.takeError();
  if (Error error = requireType(*part, "BertNormalizer"))
    return error;
  if (Error error = part->readBoolean("clean_text", result.cleanText))
    return error;
  if (Error error =
          part->readBoolean("handle_chinese_chars", result.handleChineseChars))
    return error;
  if (Error error = part->readBoolean("lowercase", result.lowercase))
    return error;
  result.stripAccents = result.lowercase;
  if (part->isAbsent("strip_accents"))
    return Error::success();
  return part->readBoolean("strip_accents", result.stripAccents);
}

static Error readPreTokenizer(const JsonFields &file) {
  Expected<JsonFields> part = file.getObject("pre_tokenizer");
  if (!part)
    return part.takeError();
  return requireType(*part, "BertPreTokenizer");
}

// The ids of one special token of a template.
static Error appendSpecial(const JsonFields &part, const JsonFields &special,
                           std::vector<int32_t> &ids) {
  Expected<StringRef> name = special.getString("id");
  if (!name)
    return name.takeError();
  Expected<JsonFields> table = part.getObject("special_tokens");
  if (!table)
    return table.takeError();
  Expected<JsonFields> entry = table->getObject(*name);
  if (!entry)
    return entry.takeError();
  Expected<const json::Array *> values = entry->getArray("ids");
  if (!values)
    return values.takeError();
  for (const json::Value &value : **values) {
    Expected<int32_t> id = entry->toId("ids", value);
    if (!id)
      return id.takeError();
    ids.push_back(*id);
  }
  return Error::success();
}

static Error readTemplate(const JsonFields &part,
                          TokenizerDescription &result) {
  Expected<const json::Array *> pieces = part.getArray("single");
  if (!pieces)
    return pieces.takeError();
  bool sawText = false;
  for (const json::Value &value : **pieces) {
    Expected<JsonFields> piece = part.toObject("single", value);
    if (!piece)
      return piece.takeError();
    bool isText = !piece->isAbsent("Sequence");
    Expected<JsonFields> content =
        piece->getObject(isText ? "Sequence" : "SpecialToken");
    if (!content)
      return content.takeError();
    Expected<int64_t> type = content->getInteger("type_id", 0, INT32_MAX);
    if (!type)
      return type.takeError();
    if (*type != 0)
      return content->refuse("has the type_id " + Twine(*type) +
                             "; known is 0, one segment a text");
    if (!isText) {
      if (Error error = appendSpecial(part, *content,
                                      sawText ? result.suffix : result.prefix))
        return error;
      continue;
    }
    Expected<StringRef> id = content->getString("id");
    if (!id)
      return id.takeError();
    if (*id != "A" || sawText)
      return part.refuse("uses a second text in 'single'; known is a template "
                         "with the text A once");
    sawText = true;
  }
  if (!sawText)
    return part.refuse("has no text in 'single'; known is a template with the "
                       "text A once");
  return Error::success();
}

static Error readBertProcessing(const JsonFields &part, StringRef key,
                                std::vector<int32_t> &ids) {
  Expected<const json::Array *> pair = part.getArray(key);
  if (!pair)
    return pair.takeError();
  if ((*pair)->size() != 2)
    return part.refuse("needs a token and its id in '" + key + "'");
  Expected<int32_t> id = part.toId(key, (**pair)[1]);
  if (!id)
    return id.takeError();
  ids.push_back(*id);
  return Error::success();
}

static Error readPostProcessor(const JsonFields &file,
                               TokenizerDescription &result) {
  if (file.isAbsent("post_processor"))
    return Error::success(); // no special tokens
  Expected<JsonFields> part = file.getObject("post_processor");
  if (!part)
    return part.takeError();
  Expected<StringRef> type = part->getString("type");
  if (!type)
    return type.takeError();
  if (*type == "TemplateProcessing")
    return readTemplate(*part, result);
  if (*type != "BertProcessing")
    return part->refuse("is a " + *type +
                        "; known are TemplateProcessing and BertProcessing");
  if (Error error = readBertProcessing(*part, "cls", result.prefix))
    return error;
  return readBertProcessing(*part, "sep", result.suffix);
}

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
  return part.readBoolean("normalized", token.normalized);
}

static Error readAddedTokens(const JsonFields &file,
                             const Vocabulary &vocabulary,
                             TokenizerDescription &result) {
  if (file.isAbsent("added_tokens"))
    return Error::success();
  Expected<const json::Array *> tokens = file.getArray("added_tokens");
  if (!tokens)
    return tokens.takeError();
  // The reference gives a token its id in the vocabulary, or the next free one,
  // whatever the file says.
  int64_t nextId = int64_t(vocabulary.size());
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
    int64_t id = found != vocabulary.end() ? found->second : nextId++;
    if (id != token.id)
      return part->refuse("'" + token.content + "' has the id " +
                          Twine(token.id) +
                          ", and the reference would give it " + Twine(id) +
                          "; correct the file");
    result.addedTokens.push_back(std::move(token));
  }
  return Error::success();
}

static Error readTruncation(const JsonFields &file, bool &truncateLeft) {
  if (file.isAbsent("truncation"))
    return Error::success();
  Expected<JsonFields> part = file.getObject("truncation");
  if (!part)
    return part.takeError();
  if (part->isAbsent("direction"))
    return Error::success();
  Expected<StringRef> direction = part->getString("direction");
  if (!direction)
    return direction.takeError();
  if (*direction != "Left" && *direction != "Right")
    return part->refuse("has the direction " + *direction +
                        "; known are Left and Right");
  truncateLeft = *direction == "Left";
  return Error::success();
}

Expected<TokenizerDescription>
emblem::frontend::parseTokenizerJson(StringRef text, StringRef path) {
  // The text as it is comes first, so that an error's column is right.
  Expected<json::Value> value = parseJson(text, path);
  if (value && (text.contains_insensitive("\\ud")))
    value = parseJson(decodeSurrogatePairs(text), path);
  if (!value)
    return value.takeError();
  Expected<JsonFields> file = JsonFields::fromFile(path, *value);
  if (!file)
    return file.takeError();
  Expected<JsonFields> model = file->getObject("model");
  if (!model)
    return model.takeError();

  TokenizerDescription result;
  Expected<Vocabulary> vocabulary = readModel(*model, result.model);
  if (!vocabulary)
    return vocabulary.takeError();
  if (Error error = readNormalizer(*file, result.normalizer))
    return error;
  if (Error error = readPreTokenizer(*file))
    return error;
  if (Error error = readPostProcessor(*file, result))
    return error;
  if (Error error = readAddedTokens(*file, *vocabulary, result))
    return error;
  if (Error error = readTruncation(*file, result.truncateLeft))
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

Expected<TokenizerDescription> emblem::frontend::readTokenizer(StringRef path) {
  if (!path.ends_with(".gguf"))
    return readTokenizerJson(path);
  auto text = readGgufTokenizer(path);
  if (!text)
    return text.takeError();
  return parseTokenizerJson(*text, path);
}

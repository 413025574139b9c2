//===- model_json.cpp - Reading the model ---------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/part_readers.h"

#include "compiler/tokenizer/read/score_reading.h"

using namespace llvm;
using namespace emblem::frontend;

using Ids = StringMap<int32_t>;

static Expected<Ids> readVocabulary(const JsonFields &model,
                                    Vocabulary &result) {
  Expected<JsonFields> vocabulary = model.getObject("vocab");
  if (!vocabulary)
    return vocabulary.takeError();
  Ids ids;
  for (const auto &[token, value] : vocabulary->getObject()) {
    Expected<int32_t> id = vocabulary->toId(token, value);
    if (!id)
      return id.takeError();
    ids[token.str()] = *id;
    result.emplace_back(token.str(), *id);
  }
  // JSON objects have no order; the same tables each time need one.
  llvm::sort(result);
  return ids;
}

static Expected<int32_t> findUnknown(const JsonFields &model, const Ids &ids) {
  Expected<StringRef> unknown = model.getString("unk_token");
  if (!unknown)
    return unknown.takeError();
  auto found = ids.find(*unknown);
  if (found == ids.end())
    return model.refuse("has the unk_token '" + *unknown +
                        "', which its vocab lacks; add it to the vocab");
  return found->second;
}

static Expected<Ids> readWordPiece(const JsonFields &model,
                                   WordPieceModel &result) {
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
  Expected<Ids> ids = readVocabulary(model, result.vocabulary);
  if (!ids)
    return ids;
  Expected<int32_t> unknown = findUnknown(model, *ids);
  if (!unknown)
    return unknown.takeError();
  result.unknownId = *unknown;
  return ids;
}

static Expected<Ids> readWordLevel(const JsonFields &model,
                                   WordLevelModel &result) {
  Expected<Ids> ids = readVocabulary(model, result.vocabulary);
  if (!ids)
    return ids;
  Expected<int32_t> unknown = findUnknown(model, *ids);
  if (!unknown)
    return unknown.takeError();
  result.unknownId = *unknown;
  return ids;
}

//===----------------------------------------------------------------------===//
// Byte-pair encoding
//===----------------------------------------------------------------------===//

// Merges are pairs, or, in older files, pairs joined by a space.
static Error readMerges(const JsonFields &model, BpeModel &result) {
  Expected<const json::Array *> merges = model.getArray("merges");
  if (!merges)
    return merges.takeError();
  for (const json::Value &value : **merges) {
    std::optional<StringRef> left, right;
    if (const json::Array *pair = value.getAsArray()) {
      if (pair->size() == 2) {
        left = (*pair)[0].getAsString();
        right = (*pair)[1].getAsString();
      }
    } else if (std::optional<StringRef> line = value.getAsString()) {
      if (line->starts_with("#version"))
        continue;
      if (line->count(' ') == 1)
        std::tie(left, right) = line->split(' ');
    }
    if (!left || !right)
      return model.refuse("must hold pairs of tokens in 'merges'");
    result.merges.emplace_back(left->str(), right->str());
  }
  return Error::success();
}

// Both are often there, and empty.
static Error readAffixes(const JsonFields &model, BpeModel &result) {
  if (!model.isAbsent("continuing_subword_prefix")) {
    Expected<StringRef> prefix = model.getString("continuing_subword_prefix");
    if (!prefix)
      return prefix.takeError();
    if (!prefix->empty())
      return model.refuse("has the continuing_subword_prefix '" + *prefix +
                          "', which is not supported");
  }
  if (model.isAbsent("end_of_word_suffix"))
    return Error::success();
  Expected<StringRef> suffix = model.getString("end_of_word_suffix");
  if (!suffix)
    return suffix.takeError();
  result.endOfWordSuffix = suffix->str();
  return Error::success();
}

static Error refuseUnsupported(const JsonFields &model) {
  const json::Value *dropout = model.getObject().get("dropout");
  if (dropout && dropout->kind() != json::Value::Null &&
      dropout->getAsNumber() != 0.0)
    return model.refuse("has a dropout, which makes ids random; remove it");
  return Error::success();
}

static Expected<Ids> readBytePair(const JsonFields &model, BpeModel &result) {
  if (Error error = refuseUnsupported(model))
    return error;
  if (Error error = readAffixes(model, result))
    return error;
  if (Error error = model.readOptionalBoolean("fuse_unk", result.fuseUnknown))
    return error;
  if (Error error =
          model.readOptionalBoolean("byte_fallback", result.byteFallback))
    return error;
  if (Error error =
          model.readOptionalBoolean("ignore_merges", result.ignoreMerges))
    return error;
  Expected<Ids> ids = readVocabulary(model, result.vocabulary);
  if (!ids)
    return ids;
  if (Error error = readMerges(model, result))
    return error;
  if (model.isAbsent("unk_token"))
    return ids;
  Expected<int32_t> unknown = findUnknown(model, *ids);
  if (!unknown)
    return unknown.takeError();
  result.unknownId = *unknown;
  return ids;
}

//===----------------------------------------------------------------------===//
// Unigram
//===----------------------------------------------------------------------===//

static Expected<Ids> readUnigram(const JsonFields &model, bool hasExactScores,
                                 UnigramModel &result) {
  Expected<const json::Array *> pieces = model.getArray("vocab");
  if (!pieces)
    return pieces.takeError();
  Ids ids;
  for (const json::Value &value : **pieces) {
    const json::Array *pair = value.getAsArray();
    std::optional<StringRef> piece;
    std::optional<double> score;
    if (pair && pair->size() == 2) {
      piece = (*pair)[0].getAsString();
      score = (*pair)[1].getAsNumber();
    }
    if (!piece || !score)
      return model.refuse("must hold pieces and their scores in 'vocab'");
    ids[*piece] = int32_t(result.pieces.size());
    result.pieces.emplace_back(
        piece->str(), hasExactScores ? *score : readScoreAsReference(*score));
  }
  if (model.isAbsent("unk_id"))
    return model.refuse("has no unk_id; a character that no piece has would "
                        "then have no id");
  Expected<int64_t> unknown =
      model.getInteger("unk_id", 0, int64_t(result.pieces.size()) - 1);
  if (!unknown)
    return unknown.takeError();
  result.unknownId = int32_t(*unknown);
  if (Error error =
          model.readOptionalBoolean("byte_fallback", result.byteFallback))
    return error;
  return ids;
}

//===----------------------------------------------------------------------===//
// Any model
//===----------------------------------------------------------------------===//

Expected<Ids> emblem::frontend::readTokenizerModel(const JsonFields &part,
                                                   bool hasExactScores,
                                                   TokenizerModel &result) {
  // Old files of some kinds do not name it.
  StringRef type = "";
  if (!part.isAbsent("type")) {
    Expected<StringRef> name = part.getString("type");
    if (!name)
      return name.takeError();
    type = *name;
  } else if (!part.isAbsent("merges")) {
    type = "BPE";
  } else {
    return part.refuse("has no type");
  }
  if (type == "WordPiece")
    return readWordPiece(part, result.emplace<WordPieceModel>());
  if (type == "WordLevel")
    return readWordLevel(part, result.emplace<WordLevelModel>());
  if (type == "BPE")
    return readBytePair(part, result.emplace<BpeModel>());
  if (type == "Unigram")
    return readUnigram(part, hasExactScores, result.emplace<UnigramModel>());
  return part.refuse("is a " + type +
                     "; known are BPE, Unigram, WordLevel and WordPiece");
}

//===- vocabulary_file.cpp - BERT's vocab.txt -----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/vocabulary_file.h"

#include "compiler/files/json_file.h"
#include "compiler/files/model_file.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;

static Expected<JsonObject> readConfig(StringRef vocabularyPath) {
  SmallString<256> path = sys::path::parent_path(vocabularyPath);
  sys::path::append(path, "tokenizer_config.json");
  if (!sys::fs::exists(path))
    return JsonObject(path.str().str(), {});
  return JsonObject::read(path);
}

// A special token is a string, or an object with its text in `content`.
static Expected<std::string> readSpecial(const JsonObject &config,
                                         StringRef key, StringRef fallback) {
  const json::Value *value = config.find(key);
  if (const json::Object *object = value ? value->getAsObject() : nullptr)
    if (auto content = object->getString("content"))
      return content->str();
  return config.string(key, fallback);
}

static Error checkClass(const JsonObject &config) {
  auto name = config.string("tokenizer_class", "BertTokenizer");
  if (!name)
    return name.takeError();
  StringRef kind = *name;
  kind.consume_back("Fast");
  constexpr StringRef known[] = {"BertTokenizer", "DistilBertTokenizer",
                                 "ElectraTokenizer", "MobileBertTokenizer"};
  if (!is_contained(known, kind))
    return config.error("tokenizer_class",
                        "with a vocab.txt alone, only BertTokenizer and its "
                        "like are supported; save the tokenizer with "
                        "transformers as tokenizer.json");
  auto splits = config.boolean("do_basic_tokenize", true);
  if (!splits)
    return splits.takeError();
  if (!*splits)
    return config.error("do_basic_tokenize", "only true is supported");
  const json::Value *kept = config.find("never_split");
  if (kept && !(kept->getAsArray() && kept->getAsArray()->empty()))
    return config.error("never_split", "it is not supported");
  return Error::success();
}

Expected<TokenizerDescription>
emblem::frontend::readVocabularyFile(StringRef path) {
  auto buffer = readTextFile(path);
  if (!buffer)
    return buffer.takeError();
  auto config = readConfig(path);
  if (!config)
    return config.takeError();
  if (Error error = checkClass(*config))
    return error;

  StringMap<int32_t> ids; // of a token that is there twice, the last
  StringRef text = (*buffer)->getBuffer();
  for (int32_t id = 0; !text.empty(); ++id) {
    StringRef line;
    std::tie(line, text) = text.split('\n');
    line.consume_back("\r");
    ids[line] = id;
  }
  WordPieceModel model;
  for (const auto &entry : ids)
    model.vocabulary.emplace_back(entry.getKey().str(), entry.getValue());
  llvm::sort(model.vocabulary);

  TokenizerDescription result;
  int32_t specials[5];
  constexpr StringRef names[5] = {"unk", "sep", "pad", "cls", "mask"};
  constexpr StringRef defaults[5] = {"[UNK]", "[SEP]", "[PAD]", "[CLS]",
                                     "[MASK]"};
  for (int i = 0; i < 5; ++i) {
    auto token = readSpecial(*config, (names[i] + "_token").str(), defaults[i]);
    if (!token)
      return token.takeError();
    auto found = ids.find(*token);
    if (found == ids.end())
      return createStringError("'" + path + "' lacks the special token '" +
                               *token + "'; add it");
    specials[i] = found->second;
    AddedToken added;
    added.id = found->second;
    added.content = *token;
    if (none_of(result.addedTokens, [&](const AddedToken &other) {
          return other.content == added.content;
        }))
      result.addedTokens.push_back(std::move(added));
  }
  model.unknownId = specials[0];
  result.model = std::move(model);
  result.single = {{specials[3], 0}, {runtime::firstText, 0}, {specials[1], 0}};
  result.pair = result.single;
  result.pair.push_back({runtime::secondText, 1});
  result.pair.push_back({specials[1], 1});

  BertNormalizer bert;
  bert.cleanText = true;
  auto lower = config->boolean("do_lower_case", true);
  auto chinese = config->boolean("tokenize_chinese_chars", true);
  if (!lower || !chinese)
    return joinErrors(lower.takeError(), chinese.takeError());
  bert.lowercase = *lower;
  bert.handleChineseChars = *chinese;
  auto accents = config->boolean("strip_accents", *lower);
  auto side = config->string("truncation_side", "right");
  if (!accents)
    return accents.takeError();
  if (!side)
    return side.takeError();
  bert.stripAccents = *accents;
  result.normalizer.emplace_back(bert);
  result.preTokenizer.emplace_back(BertPreTokenizer());
  result.truncateLeft = *side == "left";
  return result;
}

//===- late_interaction.cpp - ColBERT's folders ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Three ways to say the same: `Settings` are read from whichever there is, and
// then become prompts.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/late_interaction.h"

#include "compiler/files/model_file.h"
#include "compiler/frontend/sentence_transformers/module_readers.h"
#include "compiler/frontend/sentence_transformers/transformer_file.h"
#include "compiler/frontend/transformers/folder_weights.h"
#include "compiler/frontend/transformers/special_tokens.h"

#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace emblem::frontend;

namespace {
struct Settings {
  std::string path; // of the file that says so, for errors
  std::string queryMarker, documentMarker; // tokens; empty: none
  std::optional<int64_t> queryLength, documentLength;
  bool expands = false;       // queries up to queryLength
  bool attends = false;       // to the tokens that expand them
  std::string expansionToken; // empty: the tokenizer's mask token
  std::vector<std::string> skipped;
};
} // namespace

// Python's string.punctuation.
static constexpr StringLiteral punctuation =
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

static std::vector<std::string> eachCharacter(StringRef text) {
  std::vector<std::string> characters;
  for (char c : text)
    characters.push_back(std::string(1, c));
  return characters;
}

bool emblem::frontend::isStanfordColbert(const JsonObject &config) {
  const json::Value *value = config.find("architectures");
  const json::Array *names = value ? value->getAsArray() : nullptr;
  return names && llvm::any_of(*names, [](const json::Value &name) {
           return name.getAsString() == StringRef("HF_ColBERT");
         });
}

static Error readLength(const JsonObject &config, StringRef key,
                        std::optional<int64_t> &length) {
  const json::Value *value = config.find(key);
  if (!value || value->kind() == json::Value::Null)
    return Error::success();
  auto size = config.size(key);
  if (!size)
    return size.takeError();
  length = *size;
  return Error::success();
}

// A list of strings; absent or null leaves `words` as it is.
static Error readWords(const JsonObject &config, StringRef key,
                       std::vector<std::string> &words) {
  const json::Value *value = config.find(key);
  if (!value || value->kind() == json::Value::Null)
    return Error::success();
  const json::Array *list = value->getAsArray();
  if (!list || !llvm::all_of(*list, [](const json::Value &word) {
        return word.getAsString().has_value();
      }))
    return config.error(key, "it must be a list of words");
  words.clear();
  for (const json::Value &word : *list)
    words.push_back(word.getAsString()->str());
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Three ways
//===----------------------------------------------------------------------===//

static Error readStanford(const ModelFolders &folders, Settings &settings) {
  settings = {.path = resolvePath(folders.root, "artifact.metadata"),
              .queryMarker = "[unused0]",
              .documentMarker = "[unused1]",
              .queryLength = 32,
              .documentLength = 180,
              .expands = true,
              .expansionToken = "",
              .skipped = eachCharacter(punctuation)};
  if (!isThere(settings.path))
    return Error::success();
  auto metadata = JsonObject::read(settings.path);
  if (!metadata)
    return metadata.takeError();
  for (auto [key, marker] : {std::pair("query_token_id", &settings.queryMarker),
                             {"doc_token_id", &settings.documentMarker}}) {
    auto token = metadata->string(key, *marker);
    if (!token)
      return token.takeError();
    *marker = *token;
  }
  if (Error error = readLength(*metadata, "query_maxlen", settings.queryLength))
    return error;
  if (Error error =
          readLength(*metadata, "doc_maxlen", settings.documentLength))
    return error;
  auto similarity = metadata->string("similarity", "cosine");
  if (!similarity)
    return similarity.takeError();
  if (*similarity != "cosine")
    return metadata->error("similarity", "only \"cosine\" is supported");
  auto masks = metadata->boolean("mask_punctuation", true);
  if (!masks)
    return masks.takeError();
  if (!*masks)
    settings.skipped.clear();
  auto attends = metadata->boolean("attend_to_mask_tokens", false);
  if (!attends)
    return attends.takeError();
  settings.attends = *attends;
  return Error::success();
}

// PyLate up to 1.x: config_sentence_transformers.json.
static Error readPyLate(const JsonObject &config, Settings &settings) {
  settings = {.path = config.getPath().str(),
              .queryMarker = "[Q] ",
              .documentMarker = "[D] ",
              .queryLength = 32,
              .documentLength = 180,
              .expands = true,
              .expansionToken = "",
              .skipped = eachCharacter(punctuation)};
  for (auto [key, marker] : {std::pair("query_prefix", &settings.queryMarker),
                             {"document_prefix", &settings.documentMarker}}) {
    auto token = config.string(key, *marker);
    if (!token)
      return token.takeError();
    *marker = *token;
  }
  if (Error error = readLength(config, "query_length", settings.queryLength))
    return error;
  if (Error error =
          readLength(config, "document_length", settings.documentLength))
    return error;
  for (auto [key, flag] : {std::pair("do_query_expansion", &settings.expands),
                           {"attend_to_expansion_tokens", &settings.attends}}) {
    auto value = config.boolean(key, *flag);
    if (!value)
      return value.takeError();
    *flag = *value;
  }
  return readWords(config, "skiplist_words", settings.skipped);
}

// {"strategy": "fixed", "attend": false, "token": null, "length": 32}
static Error readExpansion(const JsonObject &config, Settings &settings) {
  const json::Value *value = config.find("query_expansion");
  if (!value || value->kind() == json::Value::Null)
    return Error::success();
  if (!value->getAsObject())
    return config.error("query_expansion", "it must be an object");
  JsonObject expansion(config.getPath().str(), *value->getAsObject(),
                       "query_expansion.");
  auto strategy = expansion.string("strategy", "");
  if (!strategy)
    return strategy.takeError();
  if (*strategy != "fixed")
    return expansion.error("strategy", "only \"fixed\" is supported");
  auto attends = expansion.boolean("attend", false);
  if (!attends)
    return attends.takeError();
  auto length = expansion.size("length");
  if (!length)
    return length.takeError();
  settings.expands = true;
  settings.attends = *attends;
  settings.queryLength = *length;
  if (const json::Value *token = expansion.find("token"))
    if (token->kind() != json::Value::Null) {
      auto text = expansion.string("token", "");
      if (!text)
        return text.takeError();
      settings.expansionToken = *text;
    }
  return Error::success();
}

// Sentence Transformers' MultiVectorEncoder: in the modules' own files.
static Error readMultiVectorEncoder(const ModelFolders &folders,
                                    ArrayRef<Module> modules,
                                    Settings &settings) {
  auto config = readTransformerFile(folders);
  if (!config)
    return config.takeError();
  settings.path = config->getPath().str();
  if (Error error = readLength(*config, "query_length", settings.queryLength))
    return error;
  if (Error error =
          readLength(*config, "document_length", settings.documentLength))
    return error;
  if (Error error = readExpansion(*config, settings))
    return error;
  for (const Module &module : modules) {
    if (module.kind != ModuleKind::MultiVectorMask)
      continue;
    auto mask = JsonObject::read(
        resolvePath(resolvePath(folders.root, module.path), "config.json"));
    if (!mask)
      return mask.takeError();
    if (Error error = readWords(*mask, "skiplist_words", settings.skipped))
      return error;
    std::vector<std::string> tasks = {"document"};
    if (Error error = readWords(*mask, "skiplist_tasks", tasks))
      return error;
    if (tasks != std::vector<std::string>{"document"})
      return mask->error("skiplist_tasks", "only [\"document\"] is supported");
    const json::Value *kept = mask->find("keep_only_token_ids");
    if (kept && kept->kind() != json::Value::Null)
      return mask->error("keep_only_token_ids", "it is not supported");
  }
  return Error::success();
}

//===----------------------------------------------------------------------===//
// The description
//===----------------------------------------------------------------------===//

static Prompt &promptNamed(StringRef name, Description &model) {
  for (Prompt &prompt : model.prompts)
    if (prompt.name == name)
      return prompt;
  Prompt prompt;
  prompt.name = name.str();
  return *model.prompts.insert(
      llvm::upper_bound(
          model.prompts, prompt,
          [](const Prompt &a, const Prompt &b) { return a.name < b.name; }),
      prompt);
}

static Error addExpansion(const Settings &settings, const TokenIds &ids,
                          Description &model) {
  auto error = [&](const Twine &problem) {
    return createStringError("'" + settings.path + "': " + problem);
  };
  std::optional<int32_t> id = settings.expansionToken.empty()
                                  ? ids.findRole("mask_token")
                                  : ids.find(settings.expansionToken);
  if (!id)
    return error("queries are expanded, and the tokenizer has no mask token");
  Prompt &query = promptNamed("query", model);
  query.expansion = *id;
  if (settings.attends)
    return Error::success();
  // They are told from a text's own by where they stand.
  if (!ids.endsWithSpecial())
    return error("expansion tokens that are not attended to are supported only "
                 "where the tokenizer puts a special token at a text's end");
  const std::optional<LocalLayers> &local = model.layer.local;
  if (local && local->before && *local->before < query.maxTokens)
    return error("queries of " + Twine(query.maxTokens) +
                 " tokens that do not attend to their expansion are not "
                 "supported with a local attention of " +
                 Twine(*local->before));
  model.layer.attention.unattended = *id;
  return Error::success();
}

static Error addRules(const ModelFolders &folders, const Settings &settings,
                      Description &model) {
  auto ids = TokenIds::read(folders, model);
  if (!ids)
    return ids.takeError();
  for (StringRef name : {"document", "query"}) {
    bool isQuery = name == "query";
    Prompt &prompt = promptNamed(name, model);
    prompt.keepsAll = isQuery;
    StringRef marker = isQuery ? settings.queryMarker : settings.documentMarker;
    if (!marker.empty()) {
      prompt.marker = ids->find(marker);
      if (!prompt.marker)
        return createStringError("'" + settings.path + "': the marker of a " +
                                 name + ", '" + marker +
                                 "', is no token of the tokenizer");
    }
    auto length = isQuery ? settings.queryLength : settings.documentLength;
    prompt.maxTokens = length.value_or(model.maxTokens);
  }
  // Where texts are cut at all is what the longer of the two needs.
  int64_t most = 0;
  for (StringRef name : {"document", "query"})
    most = std::max(most, promptNamed(name, model).maxTokens);
  if (most > getMaxPositions(model))
    return createStringError("'" + settings.path + "': texts of " +
                             Twine(most) +
                             " tokens are asked for, and the model has " +
                             Twine(getMaxPositions(model)) + " positions");
  model.maxTokens = most;
  if (model.defaultPrompt.empty())
    model.defaultPrompt = "document";
  for (const std::string &word : settings.skipped)
    if (auto id = ids->find(word)) // else no text has it as a token
      model.multiVector->skipped.push_back(*id);
  llvm::sort(model.multiVector->skipped);
  return settings.expands ? addExpansion(settings, *ids, model)
                          : Error::success();
}

static Error addStanfordProjection(const ModelFolders &folders,
                                   Description &model) {
  auto store = openWeights(folders, model);
  if (!store)
    return store.takeError();
  auto weight = (*store)->find("linear.weight");
  if (!weight)
    return weight.takeError();
  if (weight->shape.size() != 2)
    return createStringError("'" + folders.root +
                             "': 'linear.weight' must be a matrix");
  Dense dense;
  dense.inputSize = weight->shape[1];
  dense.outputSize = weight->shape[0];
  dense.linear = {"linear.weight", ""};
  model.multiVector->dense.push_back(dense);
  return Error::success();
}

Error emblem::frontend::addLateInteraction(const ModelFolders &folders,
                                           ArrayRef<Module> modules,
                                           Description &model) {
  model.pooling.clear();
  MultiVector &head = model.multiVector.emplace();
  Settings settings;
  if (modules.empty()) {
    if (Error error = addStanfordProjection(folders, model))
      return error;
    if (Error error = readStanford(folders, settings))
      return error;
    return addRules(folders, settings, model);
  }

  std::string path =
      resolvePath(folders.root, "config_sentence_transformers.json");
  auto config =
      isThere(path) ? JsonObject::read(path) : JsonObject(path, json::Object());
  if (!config)
    return config.takeError();
  auto type = config->string("model_type", "");
  if (!type)
    return type.takeError();
  bool isPyLate = *type == "ColBERT" || config->find("query_prefix");
  if (Error error = isPyLate
                        ? readPyLate(*config, settings)
                        : readMultiVectorEncoder(folders, modules, settings))
    return error;
  // PyLate normalises by itself.
  head.normalize = isPyLate;
  for (const Module &module : modules) {
    if (module.kind == ModuleKind::Dense) {
      // PyLate's name none.
      auto dense = readDense(folders.root, module.path, tokenFeature,
                             /*usual=*/tokenFeature, /*written=*/tokenFeature);
      if (!dense)
        return dense.takeError();
      head.dense.push_back(*dense);
    }
    if (module.kind == ModuleKind::Normalize) {
      auto works = readNormalize(folders.root, module.path, tokenFeature);
      if (!works)
        return works.takeError();
      head.normalize |= *works;
    }
  }
  return addRules(folders, settings, model);
}

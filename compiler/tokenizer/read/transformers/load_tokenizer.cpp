//===- load_tokenizer.cpp - The tokenizer of a folder ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/load_tokenizer.h"

#include "compiler/files/json_file.h"
#include "compiler/files/model_file.h"
#include "compiler/tokenizer/read/gguf/tokenizer.h"
#include "compiler/tokenizer/read/tokenizer_json.h"
#include "compiler/tokenizer/read/transformers/vocabulary_source.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

//===----------------------------------------------------------------------===//
// The class and the files
//===----------------------------------------------------------------------===//

static Expected<bool> usesByteLevel(const SettingFiles &files) {
  if (!files.hasTokenizerJson)
    return false;
  auto text = readTextFile(resolvePath(files.folder, "tokenizer.json"));
  if (!text)
    return text.takeError();
  return (*text)->getBuffer().contains("\"ByteLevel\"");
}

// `vocabulary` is a file that is named itself, or empty.
static Expected<const TokenizerClass *> chooseClass(const SettingFiles &files,
                                                    StringRef vocabulary = "") {
  ClassNames names = files.names;
  bool saysNothing = names.tokenizerClass.empty() && names.modelClass.empty() &&
                     names.modelType.empty();
  // BERT's, from before there were such files.
  if (saysNothing && !files.hasTokenizerJson &&
      (vocabulary.ends_with(".txt") ||
       isThere(resolvePath(files.folder, "vocab.txt"))))
    names.tokenizerClass = "BertTokenizer";
  Error failure = Error::success();
  auto found = chooseTokenizerClass(names, files.folder, [&] {
    bool uses = false;
    failure =
        joinErrors(std::move(failure), usesByteLevel(files).moveInto(uses));
    return uses;
  });
  if (failure)
    return joinErrors(std::move(failure), found.takeError());
  return found;
}

Expected<TokenizerFacts>
emblem::frontend::readTokenizerFacts(StringRef folder,
                                     const json::Object &overrides) {
  auto files = readSettingFiles(folder, overrides);
  if (!files)
    return files.takeError();
  if (Error error = checkKeys(*files))
    return error;
  auto chosen = chooseClass(*files);
  if (!chosen)
    return chosen.takeError();
  TokenizerFacts facts;
  facts.className = (*chosen)->name.str();
  facts.file = "tokenizer.json";
  if (!files->hasTokenizerJson)
    if (Error error = findVocabularyFile(**chosen, folder).moveInto(facts.file))
      return error;
  if (Error error = readMaxLength(*files).moveInto(facts.maxLength))
    return error;
  if (Error error = readGivesTypes(*files, (*chosen)->givesTypes)
                        .moveInto(facts.givesTypes))
    return error;
  return facts;
}

//===----------------------------------------------------------------------===//
// tokenizer.json, as it is or as a class keeps it
//===----------------------------------------------------------------------===//

static json::Value take(json::Object &from, StringRef key) {
  json::Value *value = from.get(key);
  return value ? std::move(*value) : json::Value(nullptr);
}

static void takeCharsmap(const json::Value &normalizer, Construction &made) {
  const json::Object *object = normalizer.getAsObject();
  if (!object)
    return;
  const json::Array *list = object->getArray("normalizers");
  json::Array single{normalizer};
  bool isSequence = object->getString("type") == StringRef("Sequence") && list;
  for (const json::Value &step : isSequence ? *list : single)
    if (const json::Object *part = step.getAsObject();
        part && part->getString("type") == StringRef("Precompiled"))
      if (auto map = part->getString("precompiled_charsmap")) {
        made.charsmap = map->str();
        return;
      }
}

// The vocabulary in the form that the class's model takes.
static Error takeVocabulary(Construction &made, json::Object &model) {
  made.vocabulary = take(model, "vocab");
  json::Value merges = take(model, "merges");
  bool ofPairs = made.of.vocabulary == VocabularyKind::BytePairs;
  made.merges = ofPairs && merges.getAsArray() ? std::move(merges)
                                               : json::Value(json::Array());
  if (made.of.vocabulary == VocabularyKind::Unigram) {
    if (made.vocabulary.getAsArray())
      return Error::success();
    return createStringError(
        "'" + made.folder + "' has a tokenizer of transformers' class " +
        made.of.name +
        ", whose vocabulary is a list of pieces and scores, and its "
        "tokenizer.json has none; name the right tokenizer_class in its "
        "tokenizer_config.json");
  }
  if (json::Array *pieces = made.vocabulary.getAsArray()) {
    json::Object ids;
    for (auto [id, piece] : enumerate(*pieces)) {
      const json::Array *pair = piece.getAsArray();
      const json::Value &text = pair && !pair->empty() ? pair->front() : piece;
      ids[text.getAsString().value_or("").str()] = int64_t(id);
    }
    made.vocabulary = std::move(ids);
  }
  return Error::success();
}

static Error takeFile(Construction &made, json::Object &file) {
  json::Object *model = file.getObject("model");
  if (!model)
    return createStringError(
        "'" + made.folder + "': tokenizer.json must hold an object in 'model'");
  made.filePadding = take(file, "padding");
  made.fileTruncation = take(file, "truncation");
  if (made.of.rebuilds) {
    takeCharsmap(take(file, "normalizer"), made);
    made.filePostProcessor = take(file, "post_processor");
    return takeVocabulary(made, *model);
  }
  Backend &backend = made.backend;
  backend.model = std::move(*model);
  backend.normalizer = take(file, "normalizer");
  backend.preTokenizer = take(file, "pre_tokenizer");
  backend.postProcessor = take(file, "post_processor");
  backend.decoder = take(file, "decoder");
  backend.indexVocabulary();
  const json::Array *tokens = file.getArray("added_tokens");
  for (const json::Value &value : tokens ? *tokens : json::Array())
    if (const json::Object *token = value.getAsObject()) {
      auto read = readLibraryToken(*token, "'" + made.folder +
                                               "': 'added_tokens' of "
                                               "tokenizer.json");
      if (!read)
        return read.takeError();
      backend.add(*read);
    }
  return Error::success();
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

static Expected<json::Value> readJson(const SettingFiles &files) {
  if (!files.hasTokenizerJson)
    return nullptr;
  std::string path = resolvePath(files.folder, "tokenizer.json");
  auto text = readTextFile(path);
  if (!text)
    return text.takeError();
  auto value = parseTokenizerText((*text)->getBuffer(), path);
  if (value && !value->getAsObject())
    return createStringError(path + ": the file must hold a JSON object");
  return value;
}

// transformers puts its own pattern into large vocabularies of Mistral's models
// that older versions of it have saved.
static Error checkMistralPattern(const SettingFiles &files,
                                 const Construction &made) {
  static constexpr StringLiteral types[] = {"mistral", "mistral3", "voxtral",
                                            "ministral", "pixtral"};
  constexpr int64_t small = 100000;
  auto fixes = made.settings.arguments.boolean("fix_mistral_regex", false);
  if (!fixes)
    return fixes.takeError();
  StringRef version = files.names.libraryVersion;
  unsigned major = 0;
  bool isOld = version.consumeInteger(10, major) || major < 5;
  if (!*fixes || !isOld || made.backend.getVocabularySize() <= small ||
      made.backend.preTokenizer.getAsNull() ||
      !is_contained(types, files.names.modelType))
    return Error::success();
  return made.settings.arguments.error(
      "fix_mistral_regex",
      "it changes the pattern of tokenizer.json; load the tokenizer with it, "
      "save its backend_tokenizer as tokenizer.json, and remove the key");
}

static Error construct(Construction &made, json::Object *file,
                       std::string vocabulary) {
  if (!file && vocabulary.empty())
    if (Error error =
            findVocabularyFile(made.of, made.folder).moveInto(vocabulary))
      return error;
  if (Error error =
          file ? takeFile(made, *file) : readVocabularySource(made, vocabulary))
    return error;
  bool builds = made.of.build && (made.of.rebuilds || !file);
  if (builds)
    if (Error error = made.of.build(made))
      return error;
  made.backend.indexVocabulary();
  if (Error error = made.addTokens())
    return error;
  return made.of.finish ? made.of.finish(made) : Error::success();
}

// The side where texts are cut.
static Expected<bool> readTruncateLeft(const Construction &made) {
  const json::Object *truncation = made.fileTruncation.getAsObject();
  bool fileIsLeft =
      truncation && truncation->getString("direction") == StringRef("Left");
  auto side = made.settings.arguments.string("truncation_side",
                                             fileIsLeft ? "left" : "right");
  if (!side)
    return side.takeError();
  if (*side != "left" && *side != "right")
    return made.settings.arguments.error("truncation_side",
                                         "it must be \"left\" or \"right\"");
  return *side == "left";
}

// transformers 4 obeys these two beside a tokenizer.json, 5 does not.
static Error checkEnds(const SettingFiles &files, std::optional<int64_t> begin,
                       std::optional<int64_t> end,
                       const TokenizerDescription &described) {
  StringRef named = files.names.tokenizerClass;
  bool obeysFalse = named.starts_with("Llama") || named.starts_with("Gemma");
  auto check = [&](StringRef key, std::optional<int64_t> id,
                   int32_t there) -> Error {
    const json::Value *value = files.config.find(key);
    auto wanted = value ? value->getAsBoolean() : std::nullopt;
    if (!wanted || !id || files.overrides.get(key))
      return Error::success();
    bool adds = there == *id;
    if (adds == *wanted || (adds && !obeysFalse))
      return Error::success();
    return files.config.error(
        key, Twine("tokenizer.json adds ") + (adds ? "one" : "none") +
                 ", and which of the two counts depends on the library's "
                 "version; make the two files agree");
  };
  if (Error error = check("add_bos_token", begin, described.single.front().id))
    return error;
  return check("add_eos_token", end, described.single.back().id);
}

// What the parts come to.
static Expected<TokenizerDescription>
describe(const SettingFiles &files, Construction made, bool hasExactScores) {
  auto left = readTruncateLeft(made);
  if (!left)
    return left.takeError();
  auto splits = made.settings.arguments.boolean("split_special_tokens", false);
  if (!splits)
    return splits.takeError();
  auto begin = made.getId("bos_token"), end = made.getId("eos_token");
  json::Value whole = std::move(made.backend).write();
  auto description = describeTokenizer(
      whole, resolvePath(made.folder, "tokenizer.json"), hasExactScores);
  if (!description)
    return description.takeError();
  if (files.hasTokenizerJson)
    if (Error error = checkEnds(files, begin, end, *description))
      return error;
  description->truncateLeft = *left;
  description->splitsSpecialTokens = *splits;
  return description;
}

static Expected<TokenizerDescription>
read(const SettingFiles &files, StringRef vocabulary,
     std::map<std::string, std::string> *roles) {
  auto chosen = chooseClass(files, vocabulary);
  if (!chosen)
    return chosen.takeError();
  auto value = readJson(files);
  if (!value)
    return value.takeError();
  json::Object *file = value->getAsObject();
  auto settings =
      mergeSettings(files, file ? file->getArray("added_tokens") : nullptr);
  if (!settings)
    return settings.takeError();
  Construction made(**chosen, files.folder, std::move(*settings));
  if (Error error = construct(made, file, vocabulary.str()))
    return error;
  if (Error error = checkMistralPattern(files, made))
    return error;
  if (roles)
    for (StringRef role : getTokenRoles())
      if (auto token = made.getToken(role))
        (*roles)[role.str()] = token->token.content;
  // Python's reader of numbers is exact, unlike that of `tokenizers`.
  bool hasExactScores = made.of.rebuilds || !file;
  return describe(files, std::move(made), hasExactScores);
}

Expected<TokenizerDescription> emblem::frontend::readFolderTokenizer(
    StringRef folder, const json::Object &overrides,
    std::map<std::string, std::string> *roles) {
  auto files = readSettingFiles(folder, overrides);
  if (!files)
    return files.takeError();
  return read(*files, "", roles);
}

Expected<TokenizerDescription>
emblem::frontend::readVocabularyTokenizer(StringRef path) {
  auto files = readSettingFiles(folderOf(path), {});
  if (!files)
    return files.takeError();
  files->hasTokenizerJson = false;
  return read(*files, sys::path::filename(path), nullptr);
}

Expected<TokenizerDescription>
emblem::frontend::readTokenizer(StringRef path,
                                std::optional<StringRef> settings) {
  StringRef extension = sys::path::extension(path);
  if (settings) {
    auto overrides = parseJson(*settings, path);
    if (!overrides)
      return overrides.takeError();
    if (!overrides->getAsObject())
      return createStringError("the settings of the tokenizer '" + path +
                               "' must be a JSON object");
    return readFolderTokenizer(folderOf(path), *overrides->getAsObject());
  }
  if (extension == ".txt" || extension == ".model")
    return readVocabularyTokenizer(path);
  if (extension != ".gguf")
    return readTokenizerJson(path);
  auto text = readGgufTokenizer(path);
  if (!text)
    return text.takeError();
  return parseTokenizerJson(*text, path);
}

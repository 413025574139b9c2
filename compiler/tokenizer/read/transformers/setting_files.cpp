//===- setting_files.cpp - The small files beside a vocabulary ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/json_file.h"
#include "compiler/files/model_file.h"
#include "compiler/tokenizer/read/transformers/tokenizer_settings.h"

#include <limits>

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

static Expected<std::optional<Arguments>> readArguments(StringRef folder,
                                                        StringRef name) {
  std::string path = resolvePath(folder, name);
  if (!isThere(path))
    return std::nullopt;
  auto text = readTextFile(path);
  if (!text)
    return text.takeError();
  auto value = parseJson((*text)->getBuffer(), path);
  if (!value)
    return value.takeError();
  json::Object *fields = value->getAsObject();
  if (!fields)
    return createStringError(path + ": the file must hold a JSON object");
  return Arguments(path, std::move(*fields));
}

static Expected<std::string> readName(const Arguments &file, StringRef key) {
  if (file.isNull(key))
    return std::string();
  return file.string(key, "");
}

Expected<SettingFiles> library::readSettingFiles(StringRef folder,
                                                 json::Object overrides) {
  SettingFiles files;
  files.folder = folder.str();
  files.overrides = std::move(overrides);
  files.config = Arguments(resolvePath(folder, "tokenizer_config.json"), {});
  auto config = readArguments(folder, "tokenizer_config.json");
  if (!config)
    return config.takeError();
  if (*config)
    files.config = std::move(**config);
  if (Error error = readArguments(folder, "special_tokens_map.json")
                        .moveInto(files.specialMap))
    return error;
  if (Error error = readArguments(folder, "added_tokens.json")
                        .moveInto(files.addedTokens))
    return error;
  auto model = readArguments(folder, "config.json");
  if (!model)
    return model.takeError();
  ClassNames &names = files.names;
  if (Error error = readName(files.config, "tokenizer_class")
                        .moveInto(names.tokenizerClass))
    return error;
  if (*model)
    for (auto [key, name] :
         {std::pair("tokenizer_class", &names.modelClass),
          std::pair("model_type", &names.modelType),
          std::pair("transformers_version", &names.libraryVersion)})
      if (Error error = readName(**model, key).moveInto(*name))
        return error;
  if (const json::Value *name = *model ? (**model).find("model_name") : nullptr)
    names.modelName = name->getAsString().value_or("").str();
  files.hasTokenizerJson = isThere(resolvePath(folder, "tokenizer.json"));
  return files;
}

// The value that counts: the last that says something.
static const json::Value *findSetting(const SettingFiles &files,
                                      StringRef key) {
  if (const json::Value *value = files.overrides.get(key))
    return value;
  if (files.specialMap && !files.config.has("added_tokens_decoder"))
    if (const json::Value *value = files.specialMap->find(key))
      return value;
  return files.config.find(key);
}

Expected<double> library::readMaxLength(const SettingFiles &files) {
  const double none = std::numeric_limits<double>::infinity();
  StringRef key = "model_max_length";
  const json::Value *value = findSetting(files, key);
  if (!value) {
    key = "max_len";
    value = findSetting(files, key);
  }
  if (!value || value->kind() == json::Value::Null)
    return none;
  auto length = value->getAsNumber();
  if (!length || !(*length >= 1))
    return files.config.error(key, "it must be a positive number of tokens");
  return *length;
}

Expected<bool> library::readGivesTypes(const SettingFiles &files,
                                       bool fallback) {
  StringRef key = "model_input_names";
  const json::Value *value = findSetting(files, key);
  if (!value)
    return fallback;
  const json::Array *names = value->getAsArray();
  if (!names)
    return files.config.error(key, "it must be a list");
  return any_of(*names, [](const json::Value &name) {
    return name.getAsString() == StringRef("token_type_ids");
  });
}

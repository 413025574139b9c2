//===- transformer_file.cpp - The Transformer module's own file -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/transformer_file.h"

#include "compiler/files/model_file.h"
#include "compiler/frontend/architecture/config_keys.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

// In the order in which Sentence Transformers looks for them.
static constexpr StringLiteral fileNames[] = {
    "sentence_bert_config.json",       "sentence_roberta_config.json",
    "sentence_distilbert_config.json", "sentence_camembert_config.json",
    "sentence_albert_config.json",     "sentence_xlm-roberta_config.json",
    "sentence_xlnet_config.json"};

// The older name of each counts where both are there.
static constexpr std::pair<StringLiteral, StringLiteral> configNames = {
    "config_args", "config_kwargs"};
static constexpr std::pair<StringLiteral, StringLiteral> modelNames = {
    "model_args", "model_kwargs"};
static constexpr std::pair<StringLiteral, StringLiteral> tokenizerNames = {
    "tokenizer_args", "processor_kwargs"};

// Where files come from: the caller's always counts, and code is never trusted
// for a file's sake.
static constexpr StringLiteral sourceKeys[] = {
    "subfolder", "token",          "use_auth_token",   "cache_dir",
    "revision",  "code_revision",  "local_files_only", "trust_remote_code",
    "proxies",   "force_download", "resume_download"};

// How a model is loaded and run, which changes no vector of float32.
static constexpr StringLiteral modelKeys[] = {
    "attn_implementation", "device_map",      "dtype",
    "low_cpu_mem_usage",   "max_memory",      "offload_folder",
    "torch_dtype",         "use_safetensors", "add_pooling_layer"};

// Read by folder_text.cpp, or without effect.
static constexpr StringLiteral knownKeys[] = {
    "backend",          "cache_dir",      "config_args",
    "config_kwargs",    "do_lower_case",  "max_seq_length",
    "modality_config",  "model_args",     "model_kwargs",
    "processor_kwargs", "tokenizer_args", "module_output_name",
    "transformer_task", "unpad_inputs",   "processing_kwargs"};

// Of late interaction alone.
static constexpr StringLiteral lengthKeys[] = {
    "query_length", "document_length", "query_expansion"};

Expected<JsonObject>
emblem::frontend::readTransformerFile(const ModelFolders &folders) {
  std::string usual = resolvePath(folders.transformer, fileNames[0]);
  if (!isThere(resolvePath(folders.root, "modules.json")))
    return JsonObject(usual, {});
  for (StringRef name : fileNames) {
    std::string path = resolvePath(folders.transformer, name);
    if (!isThere(path))
      continue;
    auto file = JsonObject::read(path);
    if (!file || !file->getUnread().empty())
      return file;
  }
  return JsonObject(usual, {});
}

// What the file hands on under either name.
static Expected<JsonObject>
readArguments(const JsonObject &file,
              std::pair<StringLiteral, StringLiteral> names) {
  StringRef name = file.find(names.first) ? names.first : names.second;
  const json::Value *value = file.find(name);
  if (value && !value->getAsObject())
    return file.error(name, "it must be an object");
  return JsonObject(file.getPath().str(),
                    value ? *value->getAsObject() : json::Object(),
                    (name + ".").str());
}

static Error checkModelArguments(const JsonObject &file) {
  auto arguments = readArguments(file, modelNames);
  if (!arguments)
    return arguments.takeError();
  for (StringRef key : arguments->getUnread())
    if (!is_contained(sourceKeys, key) && !is_contained(modelKeys, key) &&
        arguments->find(key))
      return arguments->error(key, "this argument of the model is not "
                                   "supported, and may change its vectors");
  return Error::success();
}

static Error checkKeys(const JsonObject &file, bool isLateInteraction) {
  for (StringRef key : lengthKeys)
    if (file.find(key) && !isLateInteraction)
      return file.error(key, "it is supported only for vectors of tokens; "
                             "remove it, or say max_seq_length");
  if (file.find("tokenizer_name_or_path"))
    return file.error("tokenizer_name_or_path",
                      "the tokenizer must lie beside the model; save it there, "
                      "and remove this");
  for (StringRef key : file.getUnread())
    if (!is_contained(knownKeys, key))
      return file.error(key, "Sentence Transformers has no such argument of a "
                             "Transformer; remove it");
  return checkModelArguments(file);
}

// What is handed to the tokenizer, whose reader obeys it or refuses it by name.
static Expected<json::Object> readTokenizerArguments(const JsonObject &file) {
  auto arguments = readArguments(file, tokenizerNames);
  if (!arguments)
    return arguments.takeError();
  json::Object fields;
  for (StringRef key : arguments->getUnread()) {
    if (is_contained(sourceKeys, key))
      continue;
    const json::Value *value = arguments->find(key);
    fields[key.str()] = value ? *value : json::Value(nullptr);
  }
  return fields;
}

Expected<JsonObject>
emblem::frontend::openTransformerFile(ModelFolders &folders,
                                      bool isLateInteraction) {
  auto file = readTransformerFile(folders);
  if (!file)
    return file;
  if (Error error = checkKeys(*file, isLateInteraction))
    return error;
  if (Error error =
          readTokenizerArguments(*file).moveInto(folders.tokenizerArguments))
    return error;
  return file;
}

// transformers sets these on a config that is made already: what it computes
// from others when it makes one would still be of config.json.
static bool standsAlone(StringRef key) {
  static constexpr StringLiteral keys[] = {"num_hidden_layers", "num_layers",
                                           "n_layers",          "hidden_act",
                                           "hidden_activation", "activation"};
  return is_contained(keys, key) || key.ends_with("norm_eps") ||
         key.ends_with("norm_epsilon") || isHarmlessKey(key);
}

Expected<JsonObject>
emblem::frontend::applyConfigArguments(const JsonObject &file,
                                       JsonObject config) {
  auto arguments = readArguments(file, configNames);
  if (!arguments)
    return arguments.takeError();
  json::Object fields;
  for (StringRef key : arguments->getUnread()) {
    const json::Value *value = arguments->find(key);
    if (is_contained(sourceKeys, key) || !value)
      continue;
    if (!standsAlone(key))
      return arguments->error(key, "beside config.json it is not supported; "
                                   "write it into config.json");
    fields[key.str()] = *value;
  }
  return config.with(std::move(fields));
}

Expected<std::optional<int64_t>>
emblem::frontend::readTextLimit(const JsonObject &file,
                                const ModelFolders &folders) {
  const JsonObject arguments(file.getPath().str(), folders.tokenizerArguments,
                             "tokenizer_args.");
  if (arguments.find("model_max_length")) {
    auto length = arguments.number("model_max_length", 0);
    if (!length)
      return length.takeError();
    if (!(*length >= 1))
      return arguments.error("model_max_length", "it must be positive");
    // A tokenizer without a bound has 1e30 here.
    return static_cast<int64_t>(std::min(*length, 0x1p31 - 1));
  }
  if (!file.find("max_seq_length"))
    return std::nullopt;
  return file.size("max_seq_length");
}

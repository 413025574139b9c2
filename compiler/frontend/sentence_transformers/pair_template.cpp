//===- pair_template.cpp - The chat template of a CrossEncoder ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/pair_template.h"

#include "compiler/files/model_file.h"
#include "compiler/frontend/chat_template/chat_template.h"
#include "compiler/frontend/sentence_transformers/transformer_file.h"
#include "compiler/frontend/transformers/tokenizer_config.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

bool emblem::frontend::takesMessages(const JsonObject &config) {
  const json::Value *value = config.find("modality_config");
  const json::Object *modalities = value ? value->getAsObject() : nullptr;
  return modalities && modalities->get("message");
}

// Whether a message's content is a list of parts, and not the text itself.
static Expected<bool> readStructured(const JsonObject &config) {
  const json::Object *message =
      config.find("modality_config")->getAsObject()->getObject("message");
  auto format = message ? message->getString("format") : std::nullopt;
  if (format == StringRef("flat") || format == StringRef("structured"))
    return format == StringRef("structured");
  return config.error("modality_config",
                      "of messages the format must be \"flat\" or "
                      "\"structured\"");
}

// "processing_kwargs": {"chat_template": {...}} names what the template may ask
// for.
static Error readVariables(const JsonObject &config, TemplateScope &scope) {
  const json::Value *value = config.find("processing_kwargs");
  const json::Object *processing = value ? value->getAsObject() : nullptr;
  const json::Object *variables =
      processing ? processing->getObject("chat_template") : nullptr;
  if (!variables)
    return Error::success();
  static constexpr StringLiteral others[] = {
      "chat_template",  "max_length",    "padding",
      "restore_suffix", "return_dict",   "return_tensors",
      "tokenize",       "truncation",    "tokenizer_kwargs",
      "tools",          "documents",     "continue_final_message",
      "padding_side",   "common_kwargs", "processor_kwargs"};
  for (const auto &[name, variable] : *variables) {
    if (is_contained(others, StringRef(name)))
      return config.error("processing_kwargs",
                          "'" + StringRef(name) +
                              "' of the chat template is not supported");
    scope[StringRef(name)] = variable;
  }
  return Error::success();
}

// chat_template.jinja comes before the tokenizer's config.
static Expected<std::pair<std::string, std::string>>
readTemplate(const ModelFolders &folders, const JsonObject &config) {
  std::string path = resolvePath(folders.transformer, "chat_template.jinja");
  if (isThere(path)) {
    auto buffer = readTextFile(path);
    if (!buffer)
      return buffer.takeError();
    return std::pair((*buffer)->getBuffer().str(), path);
  }
  const json::Value *value = config.find("chat_template");
  if (!value)
    return createStringError("'" + folders.transformer +
                             "' has no chat_template.jinja, and its "
                             "sentence_bert_config.json wants pairs as "
                             "messages");
  if (!value->getAsString())
    return config.error("chat_template", "it must be one template");
  return std::pair(value->getAsString()->str(), config.getPath().str());
}

// The text of the system's message, or none.
static Expected<std::optional<std::string>>
choosePrompt(const JsonObject &settings, Task &task) {
  const json::Value *value = settings.find("prompts");
  const json::Object *prompts = value ? value->getAsObject() : nullptr;
  auto name = settings.string("default_prompt_name", "");
  if (!name)
    return name.takeError();
  std::string chosen = *name;
  if (!task.getName().empty()) {
    std::vector<std::string> names;
    for (const auto &entry : prompts ? *prompts : json::Object())
      names.push_back(StringRef(entry.first).str());
    llvm::sort(names);
    if (Error error = task.choose(settings.getPath(), names))
      return error;
    chosen = task.getName().str();
  }
  if (chosen.empty())
    return std::nullopt;
  auto text = prompts ? prompts->getString(chosen) : std::nullopt;
  if (!text)
    return settings.error("default_prompt_name",
                          "there is no prompt of that name");
  if (text->empty())
    return std::nullopt;
  return text->str();
}

Error emblem::frontend::addPairText(const ModelFolders &folders, Task &task,
                                    Description &model) {
  auto config = readTransformerFile(folders);
  if (!config)
    return config.takeError();
  if (!takesMessages(*config))
    return Error::success();
  auto tokenizer = readTokenizerConfig(folders);
  if (!tokenizer)
    return tokenizer.takeError();
  auto settings = JsonObject::readOptional(
      resolvePath(folders.root, "config_sentence_transformers.json"));
  if (!settings)
    return settings.takeError();
  auto structured = readStructured(*config);
  if (!structured)
    return structured.takeError();
  auto source = readTemplate(folders, *tokenizer);
  if (!source)
    return source.takeError();
  auto prompt = choosePrompt(*settings, task);
  if (!prompt)
    return prompt.takeError();

  json::Array messages;
  auto add = [&](StringRef role, StringRef text) {
    json::Value content = text;
    if (*structured)
      content = json::Array{json::Object{{"type", "text"}, {"text", text}}};
    messages.push_back(json::Object{{"role", role}, {"content", content}});
  };
  if (*prompt)
    add("system", **prompt);
  add("query", queryMark);
  add("document", documentMark);

  TemplateScope scope;
  scope["messages"] = json::Value(std::move(messages));
  scope["add_generation_prompt"] = json::Value(false);
  for (StringRef name : {"bos_token", "eos_token", "unk_token", "sep_token",
                         "pad_token", "cls_token", "mask_token"})
    if (const json::Value *token = tokenizer->find(name)) {
      auto text = token->getAsString();
      if (const json::Object *object = token->getAsObject())
        text = object->getString("content");
      if (text)
        scope[name] = json::Value(*text);
    }
  if (Error error = readVariables(*config, scope))
    return error;
  auto pairText = renderPair(source->first, std::move(scope));
  if (!pairText)
    return createStringError("'" + source->second + "': the chat template " +
                             toString(pairText.takeError()));
  model.pairText = *pairText;
  return Error::success();
}

//===- prompts.cpp - Prompts before texts ---------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/prompts.h"

#include "compiler/files/json_file.h"
#include "compiler/files/model_file.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

static bool hasPrompt(const Description &model, StringRef name) {
  return any_of(model.prompts,
                [&](const Prompt &prompt) { return prompt.name == name; });
}

// Sentence Transformers gives every model these, empty where the folder has
// none: the default prompt does not go before queries and documents.
static bool isOfEveryModel(StringRef name) {
  return name == "query" || name == "document";
}

Error emblem::frontend::addPrompts(const ModelFolders &folders,
                                   Description &model) {
  auto config = JsonObject::readOptional(
      resolvePath(folders.root, "config_sentence_transformers.json"));
  if (!config)
    return config.takeError();
  auto type = config->string("model_type", "SentenceTransformer");
  if (!type)
    return type.takeError();
  bool pairs = model.input == InputKind::Pairs;
  static constexpr StringLiteral known[] = {
      "SentenceTransformer", "SparseEncoder", "MultiVectorEncoder", "ColBERT"};
  if (*type == "CrossEncoder" && !pairs)
    return config->error("model_type",
                         "the graph gives rows of tokens and no scores, and "
                         "the reranker's head lies in the modules beside it; "
                         "compile the model's folder");
  if (!is_contained(known, *type) && *type != "CrossEncoder")
    return config->error("model_type",
                         "known are SentenceTransformer, SparseEncoder, "
                         "MultiVectorEncoder, ColBERT and CrossEncoder");
  auto name = config->string("default_prompt_name", "");
  if (!name)
    return name.takeError();
  if (const json::Value *value = config->find("prompts")) {
    const json::Object *prompts = value->getAsObject();
    if (!prompts)
      return config->error("prompts", "it must map names to texts");
    for (const auto &[key, value] : *prompts) {
      std::optional<StringRef> text = value.getAsString();
      if (value.getAsNull())
        text = "";
      if (!text)
        return config->error("prompts", "it must map names to texts");
      if (pairs && !model.pairText && !text->empty() && key == *name)
        return config->error("default_prompt_name",
                             "a prompt before each pair of a reranker is not "
                             "supported");
      if (pairs)
        continue;
      model.prompts.push_back(
          {.name = StringRef(key).str(), .text = text->str()});
    }
  }
  // JSON objects have no order; the same folder gives the same module.
  llvm::sort(model.prompts,
             [](const Prompt &a, const Prompt &b) { return a.name < b.name; });
  if (pairs)
    return Error::success(); // a template has the prompt
  bool isThere = hasPrompt(model, *name);
  if (!name->empty() && !isThere && !isOfEveryModel(*name))
    return config->error("default_prompt_name",
                         "there is no prompt of that name");
  if (isThere)
    model.defaultPrompt = *name;
  return Error::success();
}

void emblem::frontend::usePromptOf(const Task &task, Description &model) {
  if (!task.isUsed())
    return;
  StringRef name = task.getName();
  if (isOfEveryModel(name))
    model.defaultPrompt = hasPrompt(model, name) ? name.str() : "";
  else if (model.defaultPrompt.empty() && hasPrompt(model, name))
    model.defaultPrompt = name.str();
}

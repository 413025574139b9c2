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
  if (!is_contained(known, *type) && !(pairs && *type == "CrossEncoder"))
    return config->error("model_type",
                         "known are SentenceTransformer, SparseEncoder, "
                         "MultiVectorEncoder, ColBERT and, of what scores "
                         "pairs, CrossEncoder");
  if (const json::Value *value = config->find("prompts")) {
    const json::Object *prompts = value->getAsObject();
    if (!prompts)
      return config->error("prompts", "it must map names to texts");
    for (const auto &[name, text] : *prompts) {
      if (!text.getAsString())
        return config->error("prompts", "it must map names to texts");
      if (pairs && !model.pairText && !text.getAsString()->empty())
        return config->error("prompts",
                             "prompts of a reranker are not supported");
      if (pairs)
        continue;
      model.prompts.push_back(
          {.name = StringRef(name).str(), .text = text.getAsString()->str()});
    }
  }
  // JSON objects have no order; the same folder gives the same module.
  llvm::sort(model.prompts,
             [](const Prompt &a, const Prompt &b) { return a.name < b.name; });
  if (model.pairText)
    return Error::success(); // it has the prompt
  auto name = config->string("default_prompt_name", "");
  if (!name)
    return name.takeError();
  model.defaultPrompt = *name;
  if (!name->empty() && llvm::none_of(model.prompts, [&](const Prompt &prompt) {
        return prompt.name == *name;
      }))
    return config->error("default_prompt_name",
                         "there is no prompt of that name");
  return Error::success();
}

void emblem::frontend::usePromptOf(const Task &task, Description &model) {
  if (!task.isUsed() || !model.defaultPrompt.empty())
    return;
  SmallVector<StringRef> names = {task.getName()};
  if (task.getName() == "document") // as encode_document looks for it
    names.append({"passage", "corpus"});
  for (StringRef name : names)
    if (any_of(model.prompts,
               [&](const Prompt &prompt) { return prompt.name == name; })) {
      model.defaultPrompt = name.str();
      return;
    }
}

//===- folder.cpp - A Hugging Face model folder ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/folder.h"

#include "compiler/files/model_file.h"
#include "compiler/frontend/architecture/architecture.h"
#include "compiler/frontend/sentence_transformers/cross_encoder.h"
#include "compiler/frontend/sentence_transformers/late_interaction.h"
#include "compiler/frontend/sentence_transformers/logit_score.h"
#include "compiler/frontend/sentence_transformers/m3_heads.h"
#include "compiler/frontend/sentence_transformers/modules.h"
#include "compiler/frontend/sentence_transformers/pair_template.h"
#include "compiler/frontend/sentence_transformers/static_embedding.h"
#include "compiler/frontend/transformers/adapters.h"
#include "compiler/frontend/transformers/folder_weights.h"
#include "compiler/frontend/transformers/image_processor.h"
#include "compiler/frontend/transformers/masked_head.h"
#include "compiler/frontend/transformers/two_towers.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;

static bool exists(StringRef folder, StringRef file) {
  return isThere(resolvePath(folder, file));
}

static Expected<JsonObject> readOptional(StringRef folder, StringRef file) {
  return JsonObject::readOptional(resolvePath(folder, file));
}

// The folder's name as a symbol. A folder of the Hub's cache has a hash for its
// name, ".../models--owner--name/snapshots/<hash>", and the name further up.
std::string emblem::frontend::nameOfFolder(StringRef folder) {
  StringRef parent = sys::path::parent_path(folder);
  StringRef name = sys::path::filename(folder);
  if (sys::path::filename(parent) == "snapshots")
    name =
        sys::path::filename(sys::path::parent_path(parent)).rsplit("--").second;
  return symbolOf(name);
}

// A model that was trained for its head gives poor vectors without it.
static Error refuseHead(const JsonObject &config) {
  for (StringRef task : {"ForTokenClassification", "ForQuestionAnswering"})
    if (hasArchitecture(config, task))
      return config.error("architectures",
                          "it was trained to classify, not to embed; a model "
                          "with a modules.json says how it embeds");
  if (hasArchitecture(config, "ForCausalLM"))
    return config.error(
        "architectures",
        "it was trained to write text; a model with a modules.json says how it "
        "embeds, or scores pairs: a reranker that answers yes or no, such as "
        "Qwen3-Reranker, needs Sentence Transformers' files, with a LogitScore "
        "and a chat template for pairs");
  return Error::success();
}

// Whether the folder's model scores pairs, and how.
static Expected<Purpose> findPurpose(const JsonObject &config,
                                     ArrayRef<Module> modules,
                                     bool isCrossEncoder) {
  bool isSentenceTransformer = !modules.empty();
  if (has(modules, ModuleKind::LogitScore))
    return Purpose::Answer;
  bool classifies = hasArchitecture(config, "ForSequenceClassification");
  if (isCrossEncoder && !classifies)
    return config.error("architectures",
                        "of CrossEncoders only a ...ForSequenceClassification "
                        "is supported");
  if (isCrossEncoder || (classifies && !isSentenceTransformer))
    return Purpose::Score;
  if (!isSentenceTransformer)
    if (Error error = refuseHead(config))
      return error;
  return Purpose::Embed;
}

// What stands before a task's texts, where the folder has no prompt for it.
static void addInstruction(const Adapter &adapter, Description &model) {
  if (adapter.instruction.text.empty() ||
      any_of(model.prompts, [&](const Prompt &prompt) {
        return prompt.name == adapter.instruction.name;
      }))
    return;
  model.prompts.push_back(adapter.instruction);
  llvm::sort(model.prompts,
             [](const Prompt &a, const Prompt &b) { return a.name < b.name; });
}

Expected<Description>
emblem::frontend::readHuggingFaceFolder(StringRef folder, StringRef taskName) {
  Task task(taskName);
  ModelFolders folders;
  folders.root = resolvePath(".", folder);
  bool isSentenceTransformer = exists(folder, "modules.json");
  if (!isSentenceTransformer && !exists(folder, "config.json"))
    return createStringError("'" + folder +
                             "' is not a model folder: it has neither "
                             "config.json nor modules.json");
  auto settings =
      readOptional(folders.root, "config_sentence_transformers.json");
  if (!settings)
    return settings.takeError();
  auto type = settings->string("model_type", "SentenceTransformer");
  if (!type)
    return type.takeError();
  bool isCrossEncoder = *type == "CrossEncoder";
  std::vector<Module> modules;
  if (isSentenceTransformer) {
    auto list = readModuleList(folders.root, task, isCrossEncoder);
    if (!list)
      return list.takeError();
    modules = std::move(*list);
    folders.transformerPath = modules.front().path;
  }
  folders.transformer = resolvePath(folders.root, folders.transformerPath);

  bool isStatic =
      !modules.empty() && modules.front().kind == ModuleKind::StaticEmbedding;
  auto config =
      isStatic
          ? readOptional(folders.transformer, "config.json")
          : JsonObject::read(resolvePath(folders.transformer, "config.json"));
  if (!config)
    return config.takeError();
  isStatic |= isModel2Vec(*config);
  auto purpose = findPurpose(*config, modules, isCrossEncoder);
  if (!purpose)
    return purpose.takeError();
  auto adapter = readAdapter(*config, task);
  if (!adapter)
    return adapter.takeError();
  if (!modules.empty() && modules.front().bringsCode && !*adapter)
    return createStringError("'" + folder +
                             "' has a Transformer with code of its own, which "
                             "is known only beside adapters by task");
  if (hasTwoTowers(*config)) {
    auto model = describeTwoTowers(folders, *config);
    if (!model)
      return model.takeError();
    model->name = nameOfFolder(folders.root);
    for (Description &tower : model->imageTower)
      tower.name = nameOfImageTower(model->name);
    if (Error error = task.checkUsed(folder))
      return error;
    if (Error error = addModules(folders.root, modules, *model))
      return error;
    return model;
  }
  bool isStanford = !isSentenceTransformer && isStanfordColbert(*config);
  auto model = isStatic ? describeStaticEmbedding(
                              folders.root, folders.transformerPath, *config)
                        : describeTransformer(*config, *purpose);
  if (!model)
    return model.takeError();
  model->name = nameOfFolder(folders.root);
  if (!isStatic) {
    if (Error error = addWeights(folders, *adapter, *model))
      return error;
    if (has(modules, ModuleKind::SpladePooling))
      if (Error error = addMaskedHead(folders, *config, *model))
        return error;
    if (model->input == InputKind::Images) {
      if (Error error = addImageProcessor(folders, *config, *model))
        return error;
      if (Error error = task.checkUsed(folder))
        return error;
      return model;
    }
    if (*purpose == Purpose::Answer)
      if (Error error =
              addLogitScore(folders, modules.back().path, *config, *model))
        return error;
    if (Error error = addText(folders, *model, *purpose))
      return error;
    if (Error error = finishText(folders, *config, *model))
      return error;
    if ((model->endToken || model->padding) && !modules.empty())
      return createStringError("'" + folder +
                               "' has a modules.json around a tower of CLIP or "
                               "SigLIP, which pools itself; compile the "
                               "transformers model without it");
  }
  bool scores = *purpose != Purpose::Embed;
  if (scores) {
    if (Error error = addCrossEncoder(folders, *config, *settings, *model))
      return error;
    if (Error error = addPairText(folders, task, *model))
      return error;
  }
  if (Error error = addPrompts(folders, *model))
    return error;
  if (*adapter)
    addInstruction(**adapter, *model);
  if (Error error = task.checkUsed(folder))
    return error;
  usePromptOf(task, *model);
  if (Error error = addModules(folders.root, modules, *model))
    return error;
  if (scores)
    return model;
  if (isStanford || isLateInteraction(modules))
    if (Error error = addLateInteraction(folders, modules, *model))
      return error;
  if (!isStatic && !modules.empty())
    if (Error error = addM3Heads(folders, *model))
      return error;
  return model;
}

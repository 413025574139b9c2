//===- folder.cpp - A Hugging Face model folder ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/folder.h"

#include "compiler/files/model_file.h"
#include "compiler/frontend/architecture/architecture.h"
#include "compiler/frontend/sentence_transformers/cross_encoder.h"
#include "compiler/frontend/sentence_transformers/folder_text.h"
#include "compiler/frontend/sentence_transformers/late_interaction.h"
#include "compiler/frontend/sentence_transformers/logit_score.h"
#include "compiler/frontend/sentence_transformers/m3_heads.h"
#include "compiler/frontend/sentence_transformers/modules.h"
#include "compiler/frontend/sentence_transformers/pair_template.h"
#include "compiler/frontend/sentence_transformers/prompts.h"
#include "compiler/frontend/sentence_transformers/similarity.h"
#include "compiler/frontend/sentence_transformers/static_embedding.h"
#include "compiler/frontend/sentence_transformers/transformer_file.h"
#include "compiler/frontend/transformers/adapters.h"
#include "compiler/frontend/transformers/architectures.h"
#include "compiler/frontend/transformers/folder_weights.h"
#include "compiler/frontend/transformers/image_processor.h"
#include "compiler/frontend/transformers/masked_head.h"
#include "compiler/frontend/transformers/peft_adapter.h"
#include "compiler/frontend/transformers/two_towers.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

static bool exists(StringRef folder, StringRef file) {
  return isThere(resolvePath(folder, file));
}

static Expected<JsonObject> readOptional(StringRef folder, StringRef file) {
  return JsonObject::readOptional(resolvePath(folder, file));
}

// A model that was trained for its head gives poor vectors without it.
static Error refuseHead(const JsonObject &config) {
  for (StringRef task : {"ForTokenClassification", "ForQuestionAnswering"})
    if (hasArchitecture(config, task))
      return config.error("architectures",
                          "it was trained to classify, not to embed; a model "
                          "with a modules.json says how it embeds, or "
                          "--pooling does");
  if (hasArchitecture(config, "ForCausalLM"))
    return config.error(
        "architectures",
        "it was trained to write text; a model with a modules.json says how it "
        "embeds, or --pooling=last does, or scores pairs: a reranker that "
        "answers yes or no, such as "
        "Qwen3-Reranker, needs Sentence Transformers' files, with a LogitScore "
        "and a chat template for pairs");
  return Error::success();
}

// Whether the folder's model scores pairs, and how.
static Expected<Purpose> findPurpose(const JsonObject &config,
                                     ArrayRef<Module> modules,
                                     bool isCrossEncoder, bool saysPooling) {
  bool isSentenceTransformer = !modules.empty();
  if (has(modules, ModuleKind::LogitScore))
    return Purpose::Answer;
  if (isCrossEncoder && has(modules, ModuleKind::Pooling))
    return Purpose::ScoreByModules;
  bool classifies = hasArchitecture(config, "ForSequenceClassification");
  if (isCrossEncoder && !classifies)
    return config.error("architectures",
                        "of CrossEncoders only a ...ForSequenceClassification "
                        "is supported");
  if (isCrossEncoder || (classifies && !isSentenceTransformer))
    return Purpose::Score;
  if (!isSentenceTransformer && !saysPooling)
    if (Error error = refuseHead(config))
      return error;
  return hasTwoTowers(config) ? Purpose::Tower : Purpose::Embed;
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

namespace {
/// What the folder's files say before its models are described.
struct Folder {
  StringRef name; // as it was given
  ModelFolders paths;
  JsonObject settings;         // config_sentence_transformers.json
  JsonObject config;           // config.json
  std::vector<Module> modules; // none without a modules.json
  bool isStatic;               // a table of tokens' vectors
  Purpose purpose;
  std::optional<Adapter> adapter;

  bool scoresPairs() const { return emblem::frontend::scoresPairs(purpose); }
};
} // namespace

static Expected<Folder> openFolder(StringRef folder, Task &task,
                                   bool saysPooling) {
  ModelFolders paths;
  paths.root = resolvePath(".", folder);
  bool hasModules = exists(folder, "modules.json");
  if (!hasModules && !exists(folder, "config.json") &&
      !exists(folder, "adapter_config.json"))
    return createStringError("'" + folder +
                             "' is not a model folder: it has neither "
                             "config.json nor modules.json");
  auto settings = readOptional(paths.root, "config_sentence_transformers.json");
  if (!settings)
    return settings.takeError();
  auto type = settings->string("model_type", "SentenceTransformer");
  if (!type)
    return type.takeError();
  bool isCrossEncoder = *type == "CrossEncoder";
  std::vector<Module> modules;
  if (hasModules) {
    auto list = readModuleList(paths.root, task, isCrossEncoder);
    if (!list)
      return list.takeError();
    modules = std::move(*list);
    paths.transformerPath = modules.front().path;
  }
  paths.transformer = resolvePath(paths.root, paths.transformerPath);
  if (Error error = findAdapterBase(paths))
    return error;

  bool isStatic =
      hasModules && modules.front().kind == ModuleKind::StaticEmbedding;
  bool needsConfig = !isStatic;
  auto config =
      needsConfig ? JsonObject::read(resolvePath(paths.model(), "config.json"))
                  : readOptional(paths.model(), "config.json");
  if (!config)
    return config.takeError();
  if (!hasModules)
    if (Error error =
            isModel2Vec(paths.transformer, *config).moveInto(isStatic))
      return error;
  if (!isStatic) {
    auto file = openTransformerFile(paths, isLateInteraction(modules));
    if (!file)
      return file.takeError();
    config = applyConfigArguments(*file, std::move(*config));
    if (!config)
      return config.takeError();
    if (Error error = checkLayerPooling(modules, *config))
      return error;
  }
  auto purpose = findPurpose(*config, modules, isCrossEncoder, saysPooling);
  if (!purpose)
    return purpose.takeError();
  if (*purpose == Purpose::Embed && settings->find("truncate_dim"))
    return settings->error("truncate_dim",
                           "vectors that are cut to their first components are "
                           "not supported; remove it, and cut them with the "
                           "program's --dim");
  auto adapter = readAdapter(*config, task);
  if (!adapter)
    return adapter.takeError();
  if (hasModules && modules.front().bringsCode && !*adapter)
    return createStringError("'" + folder +
                             "' has a Transformer with code of its own, which "
                             "is known only beside adapters by task");
  return Folder{
      folder,   paths,    std::move(*settings), std::move(*config), modules,
      isStatic, *purpose, std::move(*adapter)};
}

// What transformers' own files say beside config.json, and the head that gives
// logits.
static Error addTransformer(const Folder &folder, const JsonObject &config,
                            Description &model) {
  if (Error error = addWeights(folder.paths, folder.adapter, model))
    return error;
  if (has(folder.modules, ModuleKind::SpladePooling))
    if (Error error = addMaskedHead(folder.paths, config, model))
      return error;
  if (model.input == InputKind::Images)
    return addImageProcessor(folder.paths, config, model);
  if (folder.purpose == Purpose::Answer)
    if (Error error = addLogitScore(folder.paths, folder.modules.back().path,
                                    config, model))
      return error;
  if (Error error = addText(folder.paths, model, folder.purpose))
    return error;
  if (Error error = finishText(folder.paths, config, model))
    return error;
  if ((model.endToken || model.padding) && folder.purpose != Purpose::Tower &&
      !folder.modules.empty())
    return createStringError("'" + folder.name +
                             "' has a modules.json around a tower of CLIP or "
                             "SigLIP, which pools itself; compile the "
                             "transformers model without it");
  return Error::success();
}

// What is returned, beside a dense vector or in its place.
static Error addOutputs(const Folder &folder, Description &model) {
  bool isStanford = folder.modules.empty() && isStanfordColbert(folder.config);
  if (isStanford || isLateInteraction(folder.modules))
    if (Error error = addLateInteraction(folder.paths, folder.modules, model))
      return error;
  if (!folder.isStatic && !folder.modules.empty())
    return addM3Heads(folder.paths, model);
  return Error::success();
}

// The model of `config`: the folder's own, or that of one tower.
static Expected<Description> describeModel(const Folder &folder,
                                           const JsonObject &config, Task &task,
                                           const ModelChoices &choices) {
  const ModelFolders &paths = folder.paths;
  auto model = folder.isStatic
                   ? describeStaticEmbedding(
                         paths.root, paths.transformerPath, config,
                         /*isModule=*/!folder.modules.empty(), choices)
                   : describeTransformer(config, folder.purpose);
  if (!model)
    return model.takeError();
  if (!folder.isStatic)
    if (Error error = addTransformer(folder, config, *model))
      return error;
  bool isTower = folder.purpose == Purpose::Tower;
  if (model->input == InputKind::Images && !isTower)
    return model;
  bool hasModuleHead = folder.purpose == Purpose::ScoreByModules;
  if (hasModuleHead) {
    if (Error error = addModules(paths.root, folder.modules, *model,
                                 /*givesScores=*/true))
      return error;
    model->input = InputKind::Pairs;
  }
  if (folder.scoresPairs()) {
    if (Error error = addCrossEncoder(paths, config, folder.settings, *model))
      return error;
    if (Error error = addPairText(paths, task, *model))
      return error;
  }
  if (model->input != InputKind::Images)
    if (Error error = addPrompts(paths, *model))
      return error;
  if (folder.adapter)
    addInstruction(*folder.adapter, *model);
  usePromptOf(task, *model);
  if (!hasModuleHead)
    if (Error error = addModules(paths.root, folder.modules, *model))
      return error;
  if (folder.purpose == Purpose::Embed)
    if (Error error = addOutputs(folder, *model))
      return error;
  bool saysPooling = folder.isStatic || !folder.modules.empty() ||
                     !choices.pooling.empty() || model->pooling.empty();
  bool areTexts = model->input == InputKind::Texts;
  if (folder.purpose == Purpose::Embed && areTexts && !saysPooling)
    model->assumptions.push_back(
        {"mean pooling",
         ("'" + folder.name +
          "' does not say how the rows of a text's tokens become its vector; "
          "it is their mean, as Sentence Transformers takes such a folder; "
          "where that is wrong, " +
          poolingAdvice)
             .str()});
  addSimilarity(folder.settings, *model);
  return model;
}

Expected<std::vector<Description>>
emblem::frontend::readHuggingFaceFolder(StringRef path,
                                        const ModelChoices &choices) {
  Task task(choices.task);
  auto folder = openFolder(path, task, !choices.pooling.empty());
  if (!folder)
    return folder.takeError();
  std::vector<JsonObject> configs = {folder->config};
  if (hasTwoTowers(folder->config))
    if (Error error = readTowers(folder->config).moveInto(configs))
      return error;
  std::vector<Description> models;
  for (const JsonObject &config : configs) {
    auto model = describeModel(*folder, config, task, choices);
    if (!model)
      return model.takeError();
    models.push_back(std::move(*model));
  }
  if (Error error = task.checkUsed(path))
    return error;
  assignRoles(models, nameOfFolder(folder->paths.root));
  return models;
}

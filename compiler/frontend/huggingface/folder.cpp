//===- folder.cpp - A Hugging Face model folder ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/huggingface/folder.h"

#include "compiler/frontend/huggingface/adapters.h"
#include "compiler/frontend/huggingface/architecture.h"
#include "compiler/frontend/huggingface/cross_encoder.h"
#include "compiler/frontend/huggingface/folder_weights.h"
#include "compiler/frontend/huggingface/image_processor.h"
#include "compiler/frontend/huggingface/late_interaction.h"
#include "compiler/frontend/huggingface/logit_score.h"
#include "compiler/frontend/huggingface/m3_heads.h"
#include "compiler/frontend/huggingface/masked_head.h"
#include "compiler/frontend/huggingface/modules.h"
#include "compiler/frontend/huggingface/pair_template.h"
#include "compiler/frontend/huggingface/static_embedding.h"
#include "compiler/frontend/huggingface/tokenizer_config.h"
#include "compiler/frontend/model_file.h"

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

//===----------------------------------------------------------------------===//
// Text: the tokenizer, lengths and prompts
//===----------------------------------------------------------------------===//

// Whether a normaliser lowers the case of everything.
static bool lowersCase(const json::Value *normalizer) {
  const json::Object *object = normalizer ? normalizer->getAsObject() : nullptr;
  if (!object)
    return false;
  if (const json::Array *parts = object->getArray("normalizers"))
    return any_of(*parts,
                  [](const json::Value &part) { return lowersCase(&part); });
  return object->getBoolean("lowercase") == true ||
         object->getString("type") == StringRef("Lowercase");
}

// The same of a tokenizer, of which a vocab.txt says nothing itself.
static Expected<bool> lowersCase(const ModelFolders &folders,
                                 StringRef tokenizerFile) {
  if (sys::path::extension(tokenizerFile) == ".txt") {
    auto config = readOptional(folders.transformer, "tokenizer_config.json");
    if (!config)
      return config.takeError();
    return config->boolean("do_lower_case", true);
  }
  auto tokenizer = JsonObject::read(tokenizerFile);
  if (!tokenizer)
    return tokenizer.takeError();
  return lowersCase(tokenizer->find("normalizer"));
}

namespace {
// What Sentence Transformers calls a Transformer's work, and its output.
struct TransformerTask {
  StringLiteral name, output;
};
} // namespace

static const TransformerTask &taskOf(Purpose purpose) {
  static constexpr TransformerTask tasks[] = {
      {"feature-extraction", "token_embeddings"},
      {"sequence-classification", "scores"},
      {"text-generation", "causal_logits"}};
  return tasks[static_cast<int>(purpose)];
}

// How pairs are cut, among others; a chat template's settings are read with it.
static Error checkProcessing(const JsonObject &config) {
  const json::Value *value = config.find("processing_kwargs");
  if (!value)
    return Error::success();
  const json::Object *processing = value->getAsObject();
  bool isKnown = processing && all_of(*processing, [&](const auto &entry) {
                   return StringRef(entry.first) == "chat_template" &&
                          takesMessages(config);
                 });
  if (isKnown)
    return Error::success();
  return config.error("processing_kwargs",
                      "a reranker with settings of its own for the tokenizer "
                      "is not supported");
}

// What sentence_bert_config.json asks of the transformer and its texts.
static Error checkTextSettings(const JsonObject &config,
                               const ModelFolders &folders,
                               StringRef tokenizerFile,
                               const Description &model, Purpose purpose) {
  bool pairs = purpose != Purpose::Embed;
  auto [usual, only] = taskOf(purpose);
  auto task = config.string("transformer_task", usual);
  if (!task)
    return task.takeError();
  if (*task != usual && !(model.sparse && *task == "fill-mask"))
    return config.error(
        "transformer_task",
        pairs ? "only \"" + usual + "\" is supported"
              : Twine("supported are \"feature-extraction\", and \"fill-mask\" "
                      "before a SpladePooling"));
  auto output = config.string("module_output_name", only);
  if (!output)
    return output.takeError();
  if (*output != only)
    return config.error("module_output_name",
                        "only \"" + Twine(only) + "\" is supported");
  if (!pairs && takesMessages(config))
    return config.error("modality_config",
                        "texts that become messages, by a chat template, are "
                        "supported for rerankers only");
  if (pairs)
    if (Error error = checkProcessing(config))
      return error;
  auto lower = config.boolean("do_lower_case", false);
  if (!lower)
    return lower.takeError();
  if (!*lower)
    return Error::success();
  auto already = lowersCase(folders, tokenizerFile);
  if (!already)
    return already.takeError();
  if (!*already)
    return config.error("do_lower_case",
                        "it is supported only where the tokenizer lowers the "
                        "case itself");
  return Error::success();
}

Error emblem::frontend::addText(const ModelFolders &folders, Description &model,
                                Purpose purpose) {
  StringRef name = "tokenizer.json";
  if (!exists(folders.transformer, name))
    name = "vocab.txt"; // BERT's, from before there was the other
  std::string tokenizer = resolvePath(folders.transformer, name);
  if (!sys::fs::exists(tokenizer))
    return createStringError("'" + folders.transformer +
                             "' has no tokenizer.json, and no vocab.txt; save "
                             "the model's fast tokenizer there with "
                             "transformers");
  model.tokenizerFile = folders.relative(name);

  auto config = readOptional(folders.transformer, "sentence_bert_config.json");
  if (!config)
    return config.takeError();
  if (Error error =
          checkTextSettings(*config, folders, tokenizer, model, purpose))
    return error;
  auto tokenizerConfig =
      readOptional(folders.transformer, "tokenizer_config.json");
  if (!tokenizerConfig)
    return tokenizerConfig.takeError();

  if (name == "tokenizer.json")
    if (Error error = checkTokenizerConfig(*tokenizerConfig, tokenizer))
      return error;

  // A tokenizer without a bound writes 1e30 here.
  double limit = model.maxTokens;
  if (config->find("max_seq_length")) {
    auto length = config->size("max_seq_length");
    if (!length)
      return length.takeError();
    model.maxTokens = std::min(model.maxTokens, *length);
    return Error::success();
  }
  auto length = tokenizerConfig->number("model_max_length", limit);
  if (!length)
    return length.takeError();
  if (!(*length >= 1))
    return tokenizerConfig->error("model_max_length", "it must be positive");
  model.maxTokens = static_cast<int64_t>(std::min(limit, *length));
  return Error::success();
}

Error emblem::frontend::addPrompts(const ModelFolders &folders,
                                   Description &model) {
  auto config = readOptional(folders.root, "config_sentence_transformers.json");
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

//===----------------------------------------------------------------------===//
// The folder
//===----------------------------------------------------------------------===//

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

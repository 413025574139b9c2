//===- modules.cpp - Sentence Transformers' modules.json ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/huggingface/modules.h"

#include "compiler/frontend/huggingface/activation_names.h"
#include "compiler/frontend/huggingface/router.h"
#include "compiler/frontend/json_file.h"
#include "compiler/frontend/model_file.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace emblem::frontend;

//===----------------------------------------------------------------------===//
// The list
//===----------------------------------------------------------------------===//

// "sentence_transformers.models.Pooling"; later versions have other folders
// between the first and the last name.
static Expected<Module> parseModule(StringRef file, StringRef type,
                                    StringRef place) {
  StringRef last = type.rsplit('.').second;
  auto kind = StringSwitch<std::optional<ModuleKind>>(last)
                  .Case("Transformer", ModuleKind::Transformer)
                  .Case("StaticEmbedding", ModuleKind::StaticEmbedding)
                  .Case("Pooling", ModuleKind::Pooling)
                  .Case("Dense", ModuleKind::Dense)
                  .Case("Normalize", ModuleKind::Normalize)
                  .Default(std::nullopt);
  if (kind && type.starts_with("sentence_transformers."))
    return Module{*kind, place.str()};
  if (type == "custom_st.Transformer")
    return Module{ModuleKind::Transformer, place.str(), /*bringsCode=*/true};
  if (last == "LogitScore")
    return createStringError("'" + file +
                             "': a reranker that scores by the words 'yes' and "
                             "'no' (LogitScore) is not supported; its form for "
                             "sequence classification is");
  return createStringError("'" + file + "': the module '" + type +
                           "' is not known; known are Sentence Transformers' "
                           "Transformer, StaticEmbedding, Pooling, Dense, "
                           "Normalize and Router");
}

// Transformer, Pooling, Dense..., Normalize..., where a StaticEmbedding pools
// by itself.
static bool isExpectedOrder(ArrayRef<Module> modules) {
  bool isStatic =
      !modules.empty() && modules[0].kind == ModuleKind::StaticEmbedding;
  if (!isStatic &&
      (modules.size() < 2 || modules[0].kind != ModuleKind::Transformer ||
       modules[1].kind != ModuleKind::Pooling))
    return false;
  ModuleKind last = ModuleKind::Dense;
  for (const Module &module : modules.drop_front(isStatic ? 1 : 2)) {
    if (module.kind < last)
      return false;
    last = module.kind;
  }
  return true;
}

// Sentence Transformers' Router, or Asym, as it was called.
static bool isRouter(StringRef type) {
  StringRef last = type.rsplit('.').second;
  return type.starts_with("sentence_transformers.") &&
         (last == "Router" || last == "Asym");
}

Expected<std::vector<Module>>
emblem::frontend::readModuleList(StringRef folder, Task &task,
                                 bool isCrossEncoder) {
  std::string path = resolvePath(folder, "modules.json");
  auto buffer = readTextFile(path);
  if (!buffer)
    return buffer.takeError();
  auto value = parseJson((*buffer)->getBuffer(), path);
  if (!value)
    return value.takeError();
  const json::Array *list = value->getAsArray();
  if (!list)
    return createStringError("'" + path + "' must hold a list of modules");

  std::vector<Module> modules;
  for (const json::Value &entry : *list) {
    const json::Object *object = entry.getAsObject();
    auto type = object ? object->getString("type") : std::nullopt;
    auto place = object ? object->getString("path") : std::nullopt;
    if (!type || !place)
      return createStringError("'" + path +
                               "': a module must have a type and a path");
    Route route{path, {RoutedModule{type->str(), place->str()}}};
    if (isRouter(*type))
      if (Error error = readRoute(folder, *place, task).moveInto(route))
        return error;
    for (const RoutedModule &routed : route.modules) {
      auto module = parseModule(route.file, routed.type, routed.path);
      if (!module)
        return module.takeError();
      modules.push_back(*module);
    }
  }
  if (isCrossEncoder) {
    if (modules.size() == 1 && modules[0].kind == ModuleKind::Transformer)
      return modules;
    return createStringError("'" + path +
                             "': a CrossEncoder is supported whose only module "
                             "is a Transformer");
  }
  if (!isExpectedOrder(modules))
    return createStringError("'" + path +
                             "': the modules must be a Transformer and a "
                             "Pooling, or a StaticEmbedding, any Dense, and "
                             "then perhaps a Normalize");
  return modules;
}

//===----------------------------------------------------------------------===//
// Pooling
//===----------------------------------------------------------------------===//

namespace {
struct PoolingMode {
  StringLiteral name; // the newer "pooling_mode": "cls"
  StringLiteral key;  // the older "pooling_mode_cls_token": true
  std::optional<PoolKind> kind;
};
} // namespace

static const PoolingMode poolingModes[] = {
    {"cls", "pooling_mode_cls_token", PoolKind::Cls},
    {"mean", "pooling_mode_mean_tokens", PoolKind::Mean},
    {"max", "pooling_mode_max_tokens", PoolKind::Max},
    {"mean_sqrt_len_tokens", "pooling_mode_mean_sqrt_len_tokens", std::nullopt},
    {"weightedmean", "pooling_mode_weightedmean_tokens",
     PoolKind::WeightedMean},
    {"lasttoken", "pooling_mode_lasttoken", PoolKind::Last}};

// The modes that the newer form names: one string, or a list of them.
static Expected<std::vector<PoolingMode>>
readNamedModes(const JsonObject &config, const json::Value &value) {
  std::vector<PoolingMode> modes;
  json::Array one{value};
  const json::Array *names = value.getAsArray() ? value.getAsArray() : &one;
  for (const json::Value &name : *names) {
    const PoolingMode *mode =
        llvm::find_if(poolingModes, [&](const PoolingMode &mode) {
          return name.getAsString() && mode.name == *name.getAsString();
        });
    if (mode == std::end(poolingModes))
      return config.error("pooling_mode",
                          "known are cls, mean, max, weightedmean and "
                          "lasttoken");
    modes.push_back(*mode);
  }
  return modes;
}

static Expected<std::vector<PoolingMode>> readModes(const JsonObject &config) {
  if (const json::Value *value = config.find("pooling_mode"))
    return readNamedModes(config, *value);
  std::vector<PoolingMode> modes;
  for (const PoolingMode &mode : poolingModes) {
    // Sentence Transformers takes the mean unless it is told not to.
    auto on = config.boolean(mode.key, /*fallback=*/mode.name == "mean");
    if (!on)
      return on.takeError();
    if (*on)
      modes.push_back(mode);
  }
  return modes;
}

static Error addPooling(StringRef folder, Description &model) {
  auto config = JsonObject::read(resolvePath(folder, "config.json"));
  if (!config)
    return config.takeError();
  auto modes = readModes(*config);
  if (!modes)
    return modes.takeError();
  if (modes->size() != 1)
    return createStringError("'" + config->getPath() + "' asks for " +
                             Twine(modes->size()) +
                             " ways of pooling at once; only one is supported");
  if (!modes->front().kind)
    return createStringError("'" + config->getPath() +
                             "' asks for the pooling " + modes->front().name +
                             "; supported are cls, mean, max, weightedmean and "
                             "lasttoken");
  model.pooling = *modes->front().kind;

  for (StringRef key : {"word_embedding_dimension", "embedding_dimension"}) {
    const json::Value *width = config->find(key);
    if (width && width->getAsInteger() != model.hiddenSize)
      return config->error(key, "the transformer's hidden size is " +
                                    Twine(model.hiddenSize));
  }
  auto includePrompt = config->boolean("include_prompt", true);
  if (!includePrompt)
    return includePrompt.takeError();
  if (!*includePrompt && !model.prompts.empty())
    return config->error("include_prompt",
                         "pooling that leaves a prompt's tokens out is not "
                         "supported");
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Dense
//===----------------------------------------------------------------------===//

// `path` is relative to the model's folder.
static Expected<Dense> readDense(StringRef folder, StringRef path) {
  std::string own = resolvePath(folder, path);
  auto config = JsonObject::read(resolvePath(own, "config.json"));
  if (!config)
    return config.takeError();
  Dense dense;
  auto inputSize = config->size("in_features");
  if (!inputSize)
    return inputSize.takeError();
  auto outputSize = config->size("out_features");
  if (!outputSize)
    return outputSize.takeError();
  auto bias = config->boolean("bias", true);
  if (!bias)
    return bias.takeError();
  auto activation = readTorchActivation(*config, "activation_function",
                                        "torch.nn.modules.activation.Tanh");
  if (!activation)
    return activation.takeError();
  for (StringRef key : {"module_input_name", "module_output_name"}) {
    auto name = config->string(key, "sentence_embedding");
    if (!name)
      return name.takeError();
    if (*name != "sentence_embedding")
      return config->error(key, "a Dense is supported on the "
                                "sentence_embedding only");
  }
  dense.inputSize = *inputSize;
  dense.outputSize = *outputSize;
  dense.activation = *activation;
  dense.linear = {"linear.weight", *bias ? "linear.bias" : ""};
  dense.weightsFile = (path + "/model.safetensors").str();
  if (!sys::fs::exists(resolvePath(folder, dense.weightsFile)))
    return createStringError("'" + own +
                             "' has no model.safetensors; save the model again "
                             "with a current Sentence Transformers");
  return dense;
}

Error emblem::frontend::addModules(StringRef folder, ArrayRef<Module> modules,
                                   Description &model) {
  for (const Module &module : modules) {
    switch (module.kind) {
    case ModuleKind::Transformer:
    case ModuleKind::StaticEmbedding:
      break; // described already
    case ModuleKind::Pooling:
      if (Error error = addPooling(resolvePath(folder, module.path), model))
        return error;
      break;
    case ModuleKind::Dense: {
      auto dense = readDense(folder, module.path);
      if (!dense)
        return dense.takeError();
      model.dense.push_back(*dense);
      break;
    }
    case ModuleKind::Normalize:
      model.normalize = true;
      break;
    }
  }
  return Error::success();
}

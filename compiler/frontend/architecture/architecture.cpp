//===- architecture.cpp - From config.json to a description ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/architecture.h"

#include "compiler/frontend/architecture/activation_names.h"
#include "compiler/frontend/architecture/config_keys.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace emblem::frontend;

Linear emblem::frontend::linearNamed(StringRef name) {
  return {(name + ".weight").str(), (name + ".bias").str()};
}

Norm emblem::frontend::normNamed(StringRef name) {
  return {NormKind::Layer, (name + ".weight").str(), (name + ".bias").str()};
}

Linear emblem::frontend::weightNamed(StringRef name) {
  return {(name + ".weight").str(), ""};
}

Norm emblem::frontend::rmsNormNamed(StringRef name) {
  return {NormKind::Rms, (name + ".weight").str(), ""};
}

Linear emblem::frontend::rowsOf(const Linear &joined, int64_t first,
                                int64_t last) {
  auto rows = [&](const WeightExpression &weight) {
    return weight.empty() ? weight
                          : WeightExpression::rows(weight, first, last);
  };
  return {rows(joined.weight), rows(joined.bias)};
}

bool emblem::frontend::hasArchitecture(const JsonObject &config,
                                       StringRef ending) {
  const json::Value *value = config.find("architectures");
  const json::Array *names = value ? value->getAsArray() : nullptr;
  return names && llvm::any_of(*names, [&](const json::Value &name) {
           return name.getAsString() && name.getAsString()->ends_with(ending);
         });
}

static Error refuseCode(const JsonObject &config,
                        const Architecture &architecture, Purpose purpose) {
  const json::Value *value = config.find("auto_map");
  const json::Object *map = value ? value->getAsObject() : nullptr;
  if (!map || architecture.mayBringCode)
    return Error::success();
  if (map->get("AutoModel") ||
      (purpose == Purpose::Score &&
       map->get("AutoModelForSequenceClassification")) ||
      (purpose == Purpose::Answer && map->get("AutoModelForCausalLM")))
    return config.error("auto_map",
                        "a model that brings its own Python code is not "
                        "supported");
  return Error::success();
}

Error emblem::frontend::refuseUnknown(const JsonObject &config,
                                      ArrayRef<StringRef> ignored) {
  for (StringRef key : config.getUnread())
    if (!isHarmlessKey(key) && !is_contained(ignored, key))
      return config.error(key, "this setting is not known, and may change what "
                               "the model computes");
  return Error::success();
}

static Error checkRequired(const JsonObject &config,
                           ArrayRef<RequiredValue> requiredValues) {
  for (const RequiredValue &required : requiredValues) {
    const json::Value *value = config.find(required.key);
    if (value && formatv("{0}", *value).str() != required.value)
      return config.error(required.key,
                          "only " + required.value + " is supported");
  }
  return Error::success();
}

// Reads the sizes that must be there; the first error stops all that follow.
static Error readSizes(const JsonObject &config, const ConfigKeys &keys,
                       Description &model) {
  int64_t heads = 0;
  std::pair<StringRef, int64_t *> sizes[] = {
      {keys.vocabularySize, &model.tokens.vocabularySize},
      {keys.hiddenSize, &model.hiddenSize},
      {keys.layerCount, &model.layerCount},
      {keys.heads, &heads},
      {keys.innerSize, &model.layer.feedForward.innerSize},
      {keys.embeddingSize, &model.embeddingSize},
      {keys.positions,
       model.position ? &model.position->count : &model.maxTokens}};
  for (auto [key, target] : sizes) {
    if (key.empty())
      continue;
    auto size = config.size(key);
    if (!size)
      return size.takeError();
    *target = *size;
  }
  if (!model.segment.table.empty()) {
    auto segments = config.size(keys.segments);
    if (!segments)
      return segments.takeError();
    model.segment.count = *segments;
  }
  Attention &attention = model.layer.attention;
  attention.heads = heads;
  for (auto [key, target] : {std::pair(keys.headSize, &attention.headSize),
                             {keys.keyValueHeads, &attention.keyValueHeads}}) {
    if (key.empty() || !config.find(key))
      continue;
    auto size = config.size(key);
    if (!size)
      return size.takeError();
    *target = *size;
  }
  if (attention.keyValueHeads && heads % attention.keyValueHeads != 0)
    return config.error(keys.keyValueHeads,
                        "it must divide '" + keys.heads + "', " + Twine(heads));
  if (attention.keyValueHeads == heads)
    attention.keyValueHeads = 0;
  if (attention.headSize != 0)
    return Error::success();
  if (model.hiddenSize % heads != 0)
    return config.error(keys.heads, "it must divide '" + keys.hiddenSize +
                                        "', " + Twine(model.hiddenSize));
  attention.headSize = model.hiddenSize / heads;
  return Error::success();
}

static Error readEpsilon(const JsonObject &config,
                         const Architecture &architecture, Description &model) {
  StringRef key = architecture.keys.normEpsilon;
  double epsilon = architecture.defaultNormEpsilon;
  if (!key.empty()) {
    auto number = config.number(key, epsilon);
    if (!number)
      return number.takeError();
    epsilon = *number;
    if (!(epsilon >= 0))
      return config.error(key, "it must be zero or positive");
  }
  Attention &attention = model.layer.attention;
  FeedForward &feedForward = model.layer.feedForward;
  for (std::optional<Norm> *norm :
       {&model.embeddingNorm, &model.projectionNorm, &model.finalNorm,
        &attention.queryNorm, &attention.keyNorm, &attention.outputNorm,
        &feedForward.outputNorm})
    if (*norm)
      (*norm)->epsilon = epsilon;
  attention.norm.epsilon = epsilon;
  feedForward.norm.epsilon = epsilon;
  return Error::success();
}

Expected<Description>
emblem::frontend::describe(const Architecture &architecture,
                           const JsonObject &config, Purpose purpose) {
  const ConfigKeys &keys = architecture.keys;
  if (Error error = refuseUnsupported(config))
    return error;
  if (Error error = refuseCode(config, architecture, purpose))
    return error;
  for (ArrayRef<RequiredValue> values :
       {ArrayRef(architecture.mask), ArrayRef(architecture.requiredValues)})
    if (Error error = checkRequired(config, values))
      return error;

  Description model = architecture.names;
  if (Error error = readSizes(config, keys, model))
    return error;
  auto activation =
      readActivation(config, keys.activation, architecture.defaultActivation);
  if (!activation)
    return activation.takeError();
  model.layer.feedForward.activation = *activation;

  if (Error error = readEpsilon(config, architecture, model))
    return error;
  if (architecture.adjust)
    if (Error error = architecture.adjust(config, model))
      return error;
  if (purpose == Purpose::Score) {
    if (Error error = addHead(architecture.head, config, model))
      return error;
    model.segment.perToken = architecture.pairTypes && model.segment.count > 1;
  }
  if (architecture.knowsAllKeys || bringsCode(config))
    if (Error error = refuseUnknown(config, architecture.ignoredKeys))
      return error;
  model.maxTokens = getMaxPositions(model);
  return model;
}

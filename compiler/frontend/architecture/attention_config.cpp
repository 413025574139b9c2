//===- attention_config.cpp - Attention in config.json --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"

#include "compiler/frontend/architecture/rotary_scaling.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

/// The object of rotary settings, and whether it is one layer type's.
static Expected<JsonObject> readParameters(const JsonObject &config,
                                           const RotarySettings &settings) {
  auto parameters = config.child("rope_parameters");
  if (!parameters)
    return parameters.takeError();
  auto scaling = config.child("rope_scaling");
  if (!scaling)
    return scaling.takeError();
  if (settings.layerType.empty())
    return settings.scaled && !scaling->isEmpty() ? *scaling : *parameters;
  // Without "rope_parameters" the kind is there, and a "type" in "rope_scaling"
  // does not count.
  auto section = config.find("rope_parameters")
                     ? parameters->child(settings.layerType)
                     : Expected<JsonObject>(parameters->with(
                           json::Object{{"rope_type", "default"}}));
  if (!section || !settings.scaled)
    return section;
  const json::Value *fields = config.find("rope_scaling");
  return fields ? section->with(*fields->getAsObject()) : *section;
}

Expected<Rotary> emblem::frontend::readRotary(const JsonObject &config,
                                              int64_t headSize,
                                              const RotarySettings &settings) {
  auto parameters = readParameters(config, settings);
  if (!parameters)
    return parameters.takeError();
  Rotary rotary;
  auto holderOf = [&](StringRef key) -> const JsonObject & {
    return parameters->find(key) ? *parameters : config;
  };
  (void)config.find(settings.baseKey);
  const JsonObject &baseHolder = holderOf("rope_theta");
  StringRef baseKey =
      &baseHolder == &config ? settings.baseKey : StringRef("rope_theta");
  auto base = baseHolder.number(baseKey, settings.base);
  if (!base)
    return base.takeError();
  if (!(*base > 0))
    return baseHolder.error(baseKey, "it must be positive");
  rotary.base = *base;

  StringRef partKey = "partial_rotary_factor";
  (void)config.find(partKey);
  const JsonObject &partHolder = holderOf(partKey);
  auto part = partHolder.number(partKey, 1.0);
  if (!part)
    return part.takeError();
  auto kind = readRotaryKind(*parameters);
  if (!kind)
    return kind.takeError();
  if (!settings.partial) {
    if (*kind != "default" && *part != 1.0)
      return partHolder.error(partKey, "heads are turned as a whole here");
    *part = 1.0;
  }
  rotary.size = static_cast<int64_t>(double(headSize) * *part);
  if (rotary.size < 2 || rotary.size > headSize || rotary.size % 2 != 0)
    return config.error(partKey, "heads of " + Twine(headSize) +
                                     " have no such even part to turn");
  if (Error error =
          readRotaryScaling(config, *parameters,
                            /*isOfLayers=*/!settings.layerType.empty(), rotary))
    return error;
  return rotary;
}

Expected<bool> emblem::frontend::readCausal(const JsonObject &config) {
  if (config.has("is_causal") && !config.find("is_causal"))
    return config.error("is_causal",
                        "what a token sees would depend on the texts beside "
                        "its own; it must be true or false");
  return config.boolean("is_causal", true);
}

Sight emblem::frontend::getSight(std::optional<int64_t> size, bool causal) {
  if (!causal)
    return {size, size};
  return {size ? std::optional(*size - 1) : std::nullopt, 0};
}

static void addBias(Linear &linear) {
  if (!linear.weight.isTensor() || linear.weight.empty())
    return;
  StringRef name = linear.weight.name;
  name.consume_back(".weight");
  linear.bias = (name + ".bias").str();
}

Error emblem::frontend::addAttentionBiases(const JsonObject &config,
                                           Description &model, StringRef key) {
  auto biased = config.boolean(key, false);
  if (!biased)
    return biased.takeError();
  Attention &attention = model.layer.attention;
  if (*biased)
    for (Linear *linear : {&attention.query, &attention.key, &attention.value,
                           &attention.output})
      addBias(*linear);
  return Error::success();
}

Error emblem::frontend::addFeedForwardBiases(const JsonObject &config,
                                             Description &model,
                                             StringRef key) {
  auto biased = config.boolean(key, false);
  if (!biased)
    return biased.takeError();
  FeedForward &feedForward = model.layer.feedForward;
  if (!*biased)
    return Error::success();
  for (Linear *linear : {&feedForward.up, &feedForward.down})
    addBias(*linear);
  if (feedForward.gate)
    addBias(*feedForward.gate);
  return Error::success();
}

Expected<std::vector<LayerKind>> emblem::frontend::readLayerPattern(
    const JsonObject &config, int64_t layers,
    function_ref<LayerKind(int64_t layer)> otherwise) {
  std::vector<LayerKind> kinds;
  const json::Value *value = config.find("layer_types");
  if (!value) {
    for (int64_t layer = 0; layer < layers; ++layer)
      kinds.push_back(otherwise(layer));
  } else {
    const json::Array *types = value->getAsArray();
    if (!types)
      return config.error("layer_types", "it must be a list");
    for (const json::Value &type : *types) {
      bool local = type.getAsString() == StringRef("sliding_attention");
      // The second is an older name of the first.
      if (!local && type.getAsString() != StringRef("full_attention") &&
          type.getAsString() != StringRef("attention"))
        return config.error("layer_types", "known are \"full_attention\" and "
                                           "\"sliding_attention\"");
      kinds.push_back(local ? LayerKind::Local : LayerKind::Global);
    }
    if (static_cast<int64_t>(kinds.size()) != layers)
      return config.error("layer_types", "there must be one for each of " +
                                             Twine(layers) + " layers");
  }
  for (size_t period = 1; period <= kinds.size(); ++period) {
    bool repeats = all_of(seq<size_t>(period, kinds.size()), [&](size_t i) {
      return kinds[i] == kinds[i - period];
    });
    if (repeats) {
      kinds.resize(period);
      break;
    }
  }
  return kinds;
}

Expected<int64_t> emblem::frontend::readSize(const JsonObject &config,
                                             StringRef key, int64_t fallback) {
  return config.find(key) ? config.size(key) : fallback;
}

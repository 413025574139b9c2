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

Expected<Rotary> emblem::frontend::readRotary(const JsonObject &config,
                                              int64_t headSize,
                                              const RotarySettings &settings) {
  Rotary rotary;
  auto scaling = config.child("rope_parameters");
  if (!scaling)
    return scaling.takeError();
  bool isNew = config.find("rope_parameters");
  // Files may hold both forms, and the newer counts.
  for (StringRef key : {settings.baseKey, settings.scalingKey})
    config.find(key);
  if (!settings.layerType.empty() && scaling->find(settings.layerType)) {
    scaling = scaling->child(settings.layerType);
    if (!scaling)
      return scaling.takeError();
  }
  const JsonObject &holder = isNew ? *scaling : config;
  StringRef baseKey = isNew ? StringRef("rope_theta") : settings.baseKey;
  auto base = holder.number(baseKey, settings.base);
  if (!base)
    return base.takeError();
  if (!(*base > 0))
    return holder.error(baseKey, "it must be positive");
  auto part = holder.number("partial_rotary_factor", 1.0);
  if (!part)
    return part.takeError();
  rotary.base = *base;
  rotary.size = static_cast<int64_t>(double(headSize) * *part);
  if (rotary.size < 2 || rotary.size > headSize || rotary.size % 2 != 0)
    return config.error("partial_rotary_factor",
                        "heads of " + Twine(headSize) +
                            " have no such even part to turn");
  if (!isNew) {
    scaling = config.child(settings.scalingKey);
    if (!scaling)
      return scaling.takeError();
  }
  if (Error error = readRotaryScaling(config, *scaling, rotary))
    return error;
  return rotary;
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
      if (!local && type.getAsString() != StringRef("full_attention"))
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

Error emblem::frontend::requireGlobalLayers(const JsonObject &config,
                                            int64_t layers) {
  auto pattern = readLayerPattern(config, layers,
                                  [](int64_t) { return LayerKind::Global; });
  if (!pattern)
    return pattern.takeError();
  if (is_contained(*pattern, LayerKind::Local))
    return config.error("layer_types",
                        "only \"full_attention\" is supported here");
  return Error::success();
}

Expected<int64_t> emblem::frontend::readSize(const JsonObject &config,
                                             StringRef key, int64_t fallback) {
  return config.find(key) ? config.size(key) : fallback;
}

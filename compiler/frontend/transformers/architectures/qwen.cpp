//===- qwen.cpp - Qwen 2 and 3 (Qwen team, 2024 and 2025) -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/transformers/architectures/families.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

// The layers that see a window only: those that "layer_types" lists, or those
// from "max_window_layers" on.
static Error readWindows(const JsonObject &config, bool causal,
                         Description &model) {
  auto windowed = config.boolean("use_sliding_window", false);
  if (!windowed)
    return windowed.takeError();
  bool hasWindow = config.find("sliding_window") && *windowed;
  auto first = config.number("max_window_layers", 28);
  if (!first)
    return first.takeError();
  auto pattern = readLayerPattern(config, model.layerCount, [&](int64_t layer) {
    return hasWindow && layer >= *first ? LayerKind::Local : LayerKind::Global;
  });
  if (!pattern)
    return pattern.takeError();
  if (!is_contained(*pattern, LayerKind::Local))
    return Error::success();
  if (!hasWindow)
    return config.error("layer_types",
                        "a \"sliding_attention\" needs a 'sliding_window', and "
                        "that 'use_sliding_window' is true");
  auto window = config.size("sliding_window");
  if (!window)
    return window.takeError();
  Sight sight = getSight(*window, causal);
  model.layer.local = {.pattern = *pattern,
                       .before = sight.before,
                       .after = sight.after,
                       .rotary = model.layer.attention.rotary};
  return Error::success();
}

static Error adjust(const JsonObject &config, Description &model) {
  Attention &attention = model.layer.attention;
  auto rotary = readRotary(config, attention.headSize, {.base = 10000.0});
  if (!rotary)
    return rotary.takeError();
  attention.rotary = *rotary;
  auto causal = readCausal(config);
  if (!causal)
    return causal.takeError();
  Sight whole = getSight(std::nullopt, *causal);
  attention.before = whole.before;
  attention.after = whole.after;
  return readWindows(config, *causal, model);
}

static Architecture shared(StringRef modelType, StringRef models) {
  return {.modelTypes = {modelType},
          .models = models,
          .keys = {.headSize = "head_dim",
                   .keyValueHeads = "num_key_value_heads",
                   .normEpsilon = "rms_norm_eps"},
          .mask = {},
          .defaultActivation = "silu",
          .defaultNormEpsilon = 1e-6,
          .names = llamaNames(),
          .adjust = adjust,
          .head = lastTokenHead};
}

namespace emblem::frontend {
// Biases of queries, keys and values.
Architecture qwen2() {
  Architecture row = shared("qwen2", "Qwen 2, 2.5");
  Attention &attention = row.names.layer.attention;
  attention.query = linearNamed("layers.{}.self_attn.q_proj");
  attention.key = linearNamed("layers.{}.self_attn.k_proj");
  attention.value = linearNamed("layers.{}.self_attn.v_proj");
  return row;
}

// Norms of heads instead.
Architecture qwen3() {
  Architecture row = shared("qwen3", "Qwen3-Embedding");
  Attention &attention = row.names.layer.attention;
  attention.queryNorm = rmsNormNamed("layers.{}.self_attn.q_norm");
  attention.keyNorm = rmsNormNamed("layers.{}.self_attn.k_norm");
  row.adjust = [](const JsonObject &config, Description &model) {
    if (Error error = adjust(config, model))
      return error;
    return addAttentionBiases(config, model);
  };
  return row;
}
} // namespace emblem::frontend

//===- gemma3.cpp - Gemma 3 (Gemma team, 2025), text alone ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/transformers/architectures/families.h"

#include <cmath>

using namespace llvm;
using namespace emblem::frontend;

Norm emblem::frontend::gemmaNorm(const std::string &name) {
  return {NormKind::Rms, WeightExpression::onePlus(name + ".weight"), ""};
}

Description emblem::frontend::gemmaNames() {
  Description model = llamaNames();
  model.finalNorm = gemmaNorm("norm");
  const std::string layer = "layers.{}.";
  Attention &attention = model.layer.attention;
  attention.norm = gemmaNorm(layer + "input_layernorm");
  attention.outputNorm = gemmaNorm(layer + "post_attention_layernorm");
  FeedForward &feedForward = model.layer.feedForward;
  feedForward.norm = gemmaNorm(layer + "pre_feedforward_layernorm");
  feedForward.outputNorm = gemmaNorm(layer + "post_feedforward_layernorm");
  return model;
}

Error emblem::frontend::readGemma(const JsonObject &config,
                                  Description &model) {
  model.tokens.scale = std::sqrt(double(model.hiddenSize));
  auto scalar = config.number("query_pre_attn_scalar", 256);
  if (!scalar)
    return scalar.takeError();
  if (!(*scalar > 0))
    return config.error("query_pre_attn_scalar", "it must be positive");
  model.layer.attention.scale = 1 / std::sqrt(*scalar);
  return addAttentionBiases(config, model);
}

static Description names() {
  Description model = gemmaNames();
  Attention &attention = model.layer.attention;
  attention.queryNorm = gemmaNorm("layers.{}.self_attn.q_norm");
  attention.keyNorm = gemmaNorm("layers.{}.self_attn.k_norm");
  return model;
}

static Error adjust(const JsonObject &config, Description &model) {
  if (Error error = readGemma(config, model))
    return error;
  Attention &attention = model.layer.attention;
  auto rotary = readRotary(config, attention.headSize,
                           {.base = 1000000.0, .layerType = "full_attention"});
  if (!rotary)
    return rotary.takeError();
  attention.rotary = *rotary;
  auto nearby = readRotary(config, attention.headSize,
                           {.base = 10000.0,
                            .baseKey = "rope_local_base_freq",
                            .layerType = "sliding_attention",
                            .scaled = false});
  if (!nearby)
    return nearby.takeError();

  Expected<int64_t> every = 6; // where 'layer_types' does not say more
  if (!config.find("layer_types"))
    every = readSize(config, "sliding_window_pattern", 6);
  if (!every)
    return every.takeError();
  auto pattern = readLayerPattern(config, model.layerCount, [&](int64_t layer) {
    return (layer + 1) % *every ? LayerKind::Local : LayerKind::Global;
  });
  if (!pattern)
    return pattern.takeError();
  auto window = config.size("sliding_window");
  if (!window)
    return window.takeError();
  auto bothSides = config.boolean("use_bidirectional_attention", false);
  if (!bothSides)
    return bothSides.takeError();
  auto causal = readCausal(config);
  if (!causal)
    return causal.takeError();
  // Of the two keys that let a token see what follows, each counts a window in
  // its own way.
  Sight near = *bothSides && *causal
                   ? Sight{*window / 2, *window / 2}
                   : getSight(*bothSides ? *window / 2 + 1 : *window, *causal);
  model.layer.local = {.pattern = *pattern,
                       .before = near.before,
                       .after = near.after,
                       .rotary = *nearby};
  if (*causal && !*bothSides)
    attention.after = 0;
  return Error::success();
}

namespace emblem::frontend {
Architecture gemma3() {
  return {.modelTypes = {"gemma3_text"},
          .models = "EmbeddingGemma, Gemma 3",
          .keys = {.headSize = "head_dim",
                   .keyValueHeads = "num_key_value_heads",
                   .activation = "hidden_activation",
                   .normEpsilon = "rms_norm_eps"},
          .mask = {},
          .ignoredKeys = {"attn_logit_softcapping", "final_logit_softcapping",
                          "cache_implementation", "_sliding_window_pattern"},
          .defaultActivation = "gelu_pytorch_tanh",
          .defaultNormEpsilon = 1e-6,
          .names = names(),
          .adjust = adjust,
          .head = lastTokenHead};
}
} // namespace emblem::frontend

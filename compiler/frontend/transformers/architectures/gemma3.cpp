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

// Norms hold what is added to 1.
static Norm norm(const std::string &name) {
  return {NormKind::Rms, WeightExpression::onePlus(name + ".weight"), ""};
}

static Description names() {
  Description model = llamaNames();
  model.finalNorm = norm("norm");
  const std::string layer = "layers.{}.";
  Attention &attention = model.layer.attention;
  attention.queryNorm = norm(layer + "self_attn.q_norm");
  attention.keyNorm = norm(layer + "self_attn.k_norm");
  attention.norm = norm(layer + "input_layernorm");
  attention.outputNorm = norm(layer + "post_attention_layernorm");
  FeedForward &feedForward = model.layer.feedForward;
  feedForward.norm = norm(layer + "pre_feedforward_layernorm");
  feedForward.outputNorm = norm(layer + "post_feedforward_layernorm");
  return model;
}

static Error adjust(const JsonObject &config, Description &model) {
  model.tokens.scale = std::sqrt(double(model.hiddenSize));
  Attention &attention = model.layer.attention;
  auto scalar = config.number("query_pre_attn_scalar", 256);
  if (!scalar)
    return scalar.takeError();
  if (!(*scalar > 0))
    return config.error("query_pre_attn_scalar", "it must be positive");
  attention.scale = 1 / std::sqrt(*scalar);
  if (config.find("attn_logit_softcapping"))
    return config.error("attn_logit_softcapping",
                        "Gemma 3 has none, and transformers ignores it; remove "
                        "it");

  auto rotary = readRotary(config, attention.headSize,
                           {.base = 1000000.0, .layerType = "full_attention"});
  if (!rotary)
    return rotary.takeError();
  attention.rotary = *rotary;
  auto nearby = readRotary(config, attention.headSize,
                           {.base = 10000.0,
                            .baseKey = "rope_local_base_freq",
                            .scalingKey = "",
                            .layerType = "sliding_attention"});
  if (!nearby)
    return nearby.takeError();

  StringRef everyKey = config.find("sliding_window_pattern")
                           ? "sliding_window_pattern"
                           : "_sliding_window_pattern";
  auto every = readSize(config, everyKey, 6);
  if (!every)
    return every.takeError();
  auto pattern = readLayerPattern(config, model.layerCount, [&](int64_t layer) {
    return (layer + 1) % *every ? LayerKind::Local : LayerKind::Global;
  });
  if (!pattern)
    return pattern.takeError();
  auto window = readSize(config, "sliding_window", 4096);
  if (!window)
    return window.takeError();
  auto bothSides = config.boolean("use_bidirectional_attention", false);
  if (!bothSides)
    return bothSides.takeError();
  model.layer.local = {.pattern = *pattern, .rotary = *nearby};
  if (*bothSides) {
    model.layer.local->before = model.layer.local->after = *window / 2;
  } else {
    model.layer.local->before = *window - 1; // it counts the token itself
    model.layer.local->after = attention.after = 0;
  }
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
          .requiredValues = {{"attention_bias", "false"}},
          .ignoredKeys = {"final_logit_softcapping", "cache_implementation",
                          "_sliding_window_pattern"},
          .defaultActivation = "gelu_pytorch_tanh",
          .defaultNormEpsilon = 1e-6,
          .names = names(),
          .adjust = adjust,
          .head = lastTokenHead};
}
} // namespace emblem::frontend

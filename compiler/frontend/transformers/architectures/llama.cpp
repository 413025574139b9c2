//===- llama.cpp - Llama (Touvron et al., 2023) and its shape -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/transformers/architectures/families.h"

using namespace llvm;
using namespace emblem::frontend;

Description emblem::frontend::llamaNames() {
  Description model;
  model.tokens.table = "embed_tokens.weight";
  model.finalNorm = rmsNormNamed("norm");

  const std::string layer = "layers.{}.";
  model.layer.normPlacement = NormPlacement::Pre;
  Attention &attention = model.layer.attention;
  attention.query = weightNamed(layer + "self_attn.q_proj");
  attention.key = weightNamed(layer + "self_attn.k_proj");
  attention.value = weightNamed(layer + "self_attn.v_proj");
  attention.output = weightNamed(layer + "self_attn.o_proj");
  attention.norm = rmsNormNamed(layer + "input_layernorm");

  FeedForward &feedForward = model.layer.feedForward;
  feedForward.gate = weightNamed(layer + "mlp.gate_proj");
  feedForward.up = weightNamed(layer + "mlp.up_proj");
  feedForward.down = weightNamed(layer + "mlp.down_proj");
  feedForward.norm = rmsNormNamed(layer + "post_attention_layernorm");
  return model;
}

Error emblem::frontend::readWindow(const JsonObject &config,
                                   Description &model) {
  auto causal = readCausal(config);
  if (!causal)
    return causal.takeError();
  std::optional<int64_t> window;
  if (config.find("sliding_window")) {
    window.emplace();
    if (Error error = config.size("sliding_window").moveInto(*window))
      return error;
  }
  Sight sight = getSight(window, *causal);
  model.layer.attention.before = sight.before;
  model.layer.attention.after = sight.after;
  return Error::success();
}

static Error addRotary(const JsonObject &config, Description &model) {
  Attention &attention = model.layer.attention;
  return readRotary(config, attention.headSize).moveInto(attention.rotary);
}

static Error adjustLlama(const JsonObject &config, Description &model) {
  if (Error error = addRotary(config, model))
    return error;
  auto causal = readCausal(config);
  if (!causal)
    return causal.takeError();
  model.layer.attention.after = getSight(std::nullopt, *causal).after;
  if (Error error = addAttentionBiases(config, model))
    return error;
  return addFeedForwardBiases(config, model);
}

// Mistral, whose layers may each have the window or not.
static Error adjustMinistral(const JsonObject &config, Description &model) {
  if (Error error = addRotary(config, model))
    return error;
  if (Error error = readWindow(config, model))
    return error;
  auto pattern = readLayerPattern(config, model.layerCount,
                                  [](int64_t) { return LayerKind::Local; });
  if (!pattern)
    return pattern.takeError();
  Attention &attention = model.layer.attention;
  if (!attention.before)
    return config.error("sliding_window", "a Ministral needs one");
  model.layer.local = {.pattern = *pattern,
                       .before = attention.before,
                       .after = attention.after,
                       .rotary = attention.rotary};
  attention.before.reset();
  if (attention.after != 0) // not causal
    attention.after.reset();
  return Error::success();
}

static Architecture shared() {
  return {.keys = {.headSize = "head_dim",
                   .keyValueHeads = "num_key_value_heads",
                   .normEpsilon = "rms_norm_eps"},
          .mask = {},
          .defaultActivation = "silu",
          .defaultNormEpsilon = 1e-6,
          .names = llamaNames(),
          .head = lastTokenHead};
}

namespace emblem::frontend {
Architecture llama() {
  Architecture row = shared();
  row.modelTypes = {"llama"};
  row.models = "E5-Mistral, SFR-Embedding, Llama";
  // transformers reads neither of the windows' keys of a Llama.
  row.ignoredKeys = {"max_sequence_length", "sliding_window", "layer_types"};
  row.adjust = adjustLlama;
  return row;
}

Architecture mistral() {
  Architecture row = shared();
  row.modelTypes = {"mistral"};
  row.models = "E5-Mistral, SFR-Embedding, Llama";
  row.ignoredKeys = {"max_sequence_length", "layer_types"};
  row.adjust = [](const JsonObject &config, Description &model) {
    if (Error error = addRotary(config, model))
      return error;
    return readWindow(config, model);
  };
  return row;
}

Architecture ministral() {
  Architecture row = shared();
  row.modelTypes = {"ministral"};
  row.models = "Ministral";
  row.adjust = adjustMinistral;
  return row;
}
} // namespace emblem::frontend

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

// Causal, with a window where the file has one (Mistral).
static Error adjust(const JsonObject &config, Description &model) {
  Attention &attention = model.layer.attention;
  auto rotary = readRotary(config, attention.headSize);
  if (!rotary)
    return rotary.takeError();
  attention.rotary = *rotary;
  attention.after = 0;
  if (config.find("sliding_window")) {
    auto type = config.string("model_type", "");
    if (!type)
      return type.takeError();
    if (*type == "llama")
      return config.error("sliding_window",
                          "a Llama has none, and transformers "
                          "ignores it; remove it, or name the "
                          "model_type that has, mistral");
    auto window = config.size("sliding_window");
    if (!window)
      return window.takeError();
    attention.before = *window - 1; // it counts the token itself
    auto pattern = readLayerPattern(config, model.layerCount,
                                    [](int64_t) { return LayerKind::Local; });
    if (!pattern)
      return pattern.takeError();
    if (is_contained(*pattern, LayerKind::Global))
      return config.error("layer_types", "with a 'sliding_window' all layers "
                                         "must be \"sliding_attention\"");
    return Error::success();
  }
  return requireGlobalLayers(config, model.layerCount);
}

namespace emblem::frontend {
Architecture llama() {
  return {
      .modelTypes = {"llama", "mistral"},
      .models = "E5-Mistral, SFR-Embedding, Llama",
      .keys = {.headSize = "head_dim",
               .keyValueHeads = "num_key_value_heads",
               .normEpsilon = "rms_norm_eps"},
      .requiredValues = {{"attention_bias", "false"}, {"mlp_bias", "false"}},
      .ignoredKeys = {"max_sequence_length"},
      .defaultActivation = "silu",
      .defaultNormEpsilon = 1e-6,
      .names = llamaNames(),
      .adjust = adjust,
      .head = lastTokenHead};
}
} // namespace emblem::frontend

//===- gemma2.cpp - Gemma 2 (Gemma team, 2024) ----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/transformers/architectures/families.h"

using namespace llvm;
using namespace emblem::frontend;

// "use_bidirectional_attention" changes nothing: the mask is given either way.
static Error adjust(const JsonObject &config, Description &model) {
  if (Error error = readGemma(config, model))
    return error;
  Attention &attention = model.layer.attention;
  if (Error error =
          readRotary(config, attention.headSize).moveInto(attention.rotary))
    return error;
  auto softcap = config.number("attn_logit_softcapping", 0);
  if (!softcap)
    return softcap.takeError();
  if (*softcap < 0)
    return config.error("attn_logit_softcapping", "it must be positive");
  if (*softcap > 0)
    attention.softcap = *softcap;
  auto window = config.size("sliding_window");
  if (!window)
    return window.takeError();
  auto causal = readCausal(config);
  if (!causal)
    return causal.takeError();
  auto pattern = readLayerPattern(config, model.layerCount, [](int64_t layer) {
    return layer % 2 ? LayerKind::Global : LayerKind::Local;
  });
  if (!pattern)
    return pattern.takeError();
  Sight near = getSight(*window, *causal),
        far = getSight(std::nullopt, *causal);
  model.layer.local = {.pattern = *pattern,
                       .before = near.before,
                       .after = near.after,
                       .rotary = attention.rotary};
  attention.after = far.after;
  return Error::success();
}

namespace emblem::frontend {
Architecture gemma2() {
  return {.modelTypes = {"gemma2"},
          .models = "Gemma 2, BGE Multilingual Gemma 2",
          .keys = {.headSize = "head_dim",
                   .keyValueHeads = "num_key_value_heads",
                   .activation = "hidden_activation",
                   .normEpsilon = "rms_norm_eps"},
          .mask = {},
          .ignoredKeys = {"final_logit_softcapping", "cache_implementation",
                          "use_bidirectional_attention", "hidden_act"},
          .names = gemmaNames(),
          .adjust = adjust,
          .head = lastTokenHead};
}
} // namespace emblem::frontend

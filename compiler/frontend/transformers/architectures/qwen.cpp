//===- qwen.cpp - Qwen 2 and 3 (Qwen team, 2024 and 2025) -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/transformers/architectures/families.h"

using namespace llvm;
using namespace emblem::frontend;

static Error adjust(const JsonObject &config, Description &model) {
  Attention &attention = model.layer.attention;
  auto rotary = readRotary(config, attention.headSize, {.base = 10000.0});
  if (!rotary)
    return rotary.takeError();
  attention.rotary = *rotary;
  attention.after = 0; // causal
  return requireGlobalLayers(config, model.layerCount);
}

static Architecture shared(StringRef modelType, StringRef models) {
  return {.modelTypes = {modelType},
          .models = models,
          .keys = {.headSize = "head_dim",
                   .keyValueHeads = "num_key_value_heads",
                   .normEpsilon = "rms_norm_eps"},
          .requiredValues = {{"attention_bias", "false"},
                             {"use_sliding_window", "false"}},
          .ignoredKeys = {"sliding_window", "max_window_layers"},
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
  return row;
}
} // namespace emblem::frontend

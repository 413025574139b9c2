//===- eurobert.cpp - EuroBERT (Boizard et al., 2025) ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/architecture/config_keys.h"
#include "compiler/frontend/transformers/architectures/families.h"

using namespace llvm;
using namespace emblem::frontend;

// Llama's layers, but every token sees every token.
static Error adjust(const JsonObject &config, Description &model) {
  // The second is transformers', the first that of the code that was published
  // with the models.
  double base = bringsCode(config) ? 250000.0 : 10000.0;
  auto rotary =
      readRotary(config, model.layer.attention.headSize, {.base = base});
  if (!rotary)
    return rotary.takeError();
  model.layer.attention.rotary = *rotary;
  if (Error error = addAttentionBiases(config, model))
    return error;
  return addFeedForwardBiases(config, model);
}

static Expected<ClassificationHead> readHead(const JsonObject &config,
                                             const Description &) {
  auto pooling = config.string("classifier_pooling", "late");
  if (!pooling)
    return pooling.takeError();
  if (*pooling != "bos" && *pooling != "mean")
    return config.error("classifier_pooling",
                        "only \"bos\" and \"mean\" are supported");
  return ClassificationHead{
      *pooling == "bos" ? PoolKind::Cls : PoolKind::Mean,
      {denseNamed("dense", Activation::Gelu), denseNamed("classifier")}};
}

namespace emblem::frontend {
Architecture eurobert() {
  return {.modelTypes = {"eurobert"},
          .models = "EuroBERT",
          .keys = {.headSize = "head_dim",
                   .keyValueHeads = "num_key_value_heads",
                   .normEpsilon = "rms_norm_eps"},
          .ignoredKeys = {"clf_pooling", "mask_token", "layer_types"},
          .mayBringCode = true,
          .defaultActivation = "silu",
          .defaultNormEpsilon = 1e-5,
          .names = llamaNames(),
          .adjust = adjust,
          .head = readHead};
}
} // namespace emblem::frontend

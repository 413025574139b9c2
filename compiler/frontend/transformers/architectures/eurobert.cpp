//===- eurobert.cpp - EuroBERT (Boizard et al., 2025) ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/transformers/architectures/families.h"

using namespace llvm;
using namespace emblem::frontend;

// Llama's layers, but every token sees every token.
static Error adjust(const JsonObject &config, Description &model) {
  auto rotary =
      readRotary(config, model.layer.attention.headSize, {.base = 250000.0});
  if (!rotary)
    return rotary.takeError();
  model.layer.attention.rotary = *rotary;
  return requireGlobalLayers(config, model.layerCount);
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
  return {
      .modelTypes = {"eurobert"},
      .models = "EuroBERT",
      .keys = {.headSize = "head_dim",
               .keyValueHeads = "num_key_value_heads",
               .normEpsilon = "rms_norm_eps"},
      .requiredValues = {{"attention_bias", "false"}, {"mlp_bias", "false"}},
      .ignoredKeys = {"clf_pooling", "mask_token"},
      .mayBringCode = true,
      .defaultActivation = "silu",
      .defaultNormEpsilon = 1e-5,
      .names = llamaNames(),
      .adjust = adjust,
      .head = readHead};
}
} // namespace emblem::frontend

//===- gemma2.cpp - Gemma 2 in a GGUF file --------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/gguf/architectures.h"

#include <cmath>

using namespace llvm;
using namespace emblem::frontend;

// The norms hold the 1 that Gemma adds: the conversion from Hugging Face adds
// it.
static Error adjust(const JsonObject &config, Description &model) {
  model.tokens.scale = std::sqrt(double(model.hiddenSize));
  Attention &attention = model.layer.attention;
  attention.after = 0; // causal
  // Only in the model of 46 layers, 27B, is a score's scale not the head's.
  if (model.layerCount == 46)
    attention.scale = 1 / std::sqrt(double(model.hiddenSize / attention.heads));
  auto softcap = config.number("attn_logit_softcapping", 50.0);
  if (!softcap)
    return softcap.takeError();
  if (!(*softcap > 0))
    return config.error("attn_logit_softcapping", "it must be positive");
  attention.softcap = *softcap;
  if (Error error = gguf::readRotary(config, model).moveInto(attention.rotary))
    return error;
  auto window = readSize(config, "attention.sliding_window", 4096);
  if (!window)
    return window.takeError();
  LocalLayers local;
  if (Error error = gguf::readLocalLayers(config, model.layerCount, 2)
                        .moveInto(local.pattern))
    return error;
  local.rotary = attention.rotary;
  local.before = *window - 1; // it counts the token itself
  local.after = 0;
  model.layer.local = std::move(local);
  return Error::success();
}

namespace emblem::frontend::gguf {
Architecture gemma2() {
  Architecture row = preNormArchitecture("gemma2", "BGE Multilingual Gemma 2");
  row.requiredValues = {{"attention.causal", "true"}};
  row.defaultActivation = "gelu_pytorch_tanh";
  row.names.layer.attention.outputNorm =
      rmsNormNamed("blk.{}.post_attention_norm");
  row.names.layer.feedForward.outputNorm = rmsNormNamed("blk.{}.post_ffw_norm");
  row.adjust = adjust;
  return row;
}
} // namespace emblem::frontend::gguf

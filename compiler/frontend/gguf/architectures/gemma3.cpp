//===- gemma3.cpp - Gemma 3 and EmbeddingGemma in a GGUF file -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/gguf/architectures.h"

#include <cmath>

using namespace llvm;
using namespace emblem::frontend;

// All but what a token sees. The norms hold the 1 that Gemma adds: the
// conversion from Hugging Face adds it.
static Error readShared(const JsonObject &config, Description &model) {
  model.tokens.scale = std::sqrt(double(model.hiddenSize));
  Attention &attention = model.layer.attention;
  // Only in the model of 62 layers, 27B, is a score's scale not the head's.
  if (model.layerCount == 62)
    attention.scale =
        1 / std::sqrt(double(model.hiddenSize) / double(attention.heads));
  if (Error error = gguf::readRotary(config, model).moveInto(attention.rotary))
    return error;
  LocalLayers local;
  if (Error error = gguf::readLocalLayers(config, model.layerCount, 6)
                        .moveInto(local.pattern))
    return error;
  if (Error error = gguf::readRotary(config, model, "rope.freq_base_swa",
                                     10000.0, /*scaled=*/false)
                        .moveInto(local.rotary))
    return error;
  model.layer.local = std::move(local);
  return Error::success();
}

static Error adjustCausal(const JsonObject &config, Description &model) {
  if (Error error = readShared(config, model))
    return error;
  auto window = config.size("attention.sliding_window");
  if (!window)
    return window.takeError();
  model.layer.local->before = *window - 1; // it counts the token itself
  model.layer.local->after = model.layer.attention.after = 0;
  return Error::success();
}

static Error adjustEmbedding(const JsonObject &config, Description &model) {
  if (Error error = readShared(config, model))
    return error;
  auto window = config.size("attention.sliding_window");
  if (!window)
    return window.takeError();
  model.layer.local->before = model.layer.local->after = *window / 2;
  for (StringRef name : {"dense_2", "dense_3"}) {
    std::string in = (name + "_feat_in").str(),
                out = (name + "_feat_out").str();
    if (!config.find(in))
      return config.error(in, "EmbeddingGemma ends in two Dense modules, which "
                              "this file lacks; convert the model again with "
                              "--sentence-transformers-dense-modules");
    Dense dense;
    dense.linear = weightNamed(name);
    if (Error error = config.size(in).moveInto(dense.inputSize))
      return error;
    if (Error error = config.size(out).moveInto(dense.outputSize))
      return error;
    model.dense.push_back(std::move(dense));
  }
  return Error::success();
}

static Architecture shared(StringRef modelType, StringRef models) {
  Architecture row = gguf::preNormArchitecture(modelType, models);
  row.defaultActivation = "gelu_pytorch_tanh";
  Attention &attention = row.names.layer.attention;
  attention.queryNorm = rmsNormNamed("blk.{}.attn_q_norm");
  attention.keyNorm = rmsNormNamed("blk.{}.attn_k_norm");
  attention.outputNorm = rmsNormNamed("blk.{}.post_attention_norm");
  row.names.layer.feedForward.outputNorm = rmsNormNamed("blk.{}.post_ffw_norm");
  return row;
}

namespace emblem::frontend::gguf {
Architecture gemma3() {
  Architecture row = shared("gemma3", "Gemma 3");
  row.requiredValues = {{"attention.causal", "true"}};
  row.adjust = adjustCausal;
  return row;
}

Architecture gemma_embedding() {
  Architecture row = shared("gemma-embedding", "EmbeddingGemma");
  row.requiredValues = {{"attention.causal", "false"}};
  row.adjust = adjustEmbedding;
  return row;
}
} // namespace emblem::frontend::gguf

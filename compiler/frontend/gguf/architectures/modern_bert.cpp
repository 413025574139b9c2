//===- modern_bert.cpp - ModernBERT in a GGUF file ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/gguf/architectures.h"

using namespace llvm;
using namespace emblem::frontend;

static Error adjust(const JsonObject &config, Description &model) {
  gguf::splitFeedForward(model.layer.feedForward);
  if (Error error = gguf::readRotary(config, model)
                        .moveInto(model.layer.attention.rotary))
    return error;
  StringRef window = "attention.sliding_window";
  auto width = readSize(config, window, 0);
  if (!width)
    return width.takeError();
  if (*width == 0)
    return Error::success();
  StringRef base = "rope.freq_base_swa";
  if (!config.find(base))
    return config.error(base, "the layers of the sliding window have a base of "
                              "their own, which this file lacks; convert the "
                              "model again with a newer llama.cpp");
  LocalLayers local;
  if (Error error = gguf::readLocalLayers(config, model.layerCount, 3,
                                          /*firstIsGlobal=*/true)
                        .moveInto(local.pattern))
    return error;
  if (Error error = gguf::readRotary(config, model, base, 10000.0,
                                     /*scaled=*/false)
                        .moveInto(local.rotary))
    return error;
  local.before = local.after = *width / 2;
  model.layer.local = std::move(local);
  return Error::success();
}

namespace emblem::frontend::gguf {
Architecture modern_bert() {
  Architecture row =
      architectureNamed("modern-bert", "ModernBERT, Granite Embedding R2");
  row.requiredValues = {{"attention.causal", "false"}};
  row.keys.activation = "hidden_act";
  auto norm = [](StringRef name) {
    Norm norm = normNamed(name);
    norm.shift.clear();
    return norm;
  };
  row.names.embeddingNorm = norm("token_embd_norm");
  row.names.finalNorm = norm("output_norm");
  row.names.layer.normPlacement = NormPlacement::Pre;
  Attention &attention = row.names.layer.attention;
  attention.norm = norm("blk.{}.attn_norm");
  attention.firstNormed = 1; // the embeddings are normed already
  row.names.layer.feedForward.norm = norm("blk.{}.ffn_norm");
  row.adjust = adjust;
  return row;
}
} // namespace emblem::frontend::gguf

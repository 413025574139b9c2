//===- nomic_bert.cpp - Nomic Embed in a GGUF file ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/gguf/architectures.h"

using namespace llvm;
using namespace emblem::frontend;

static Error adjust(const JsonObject &config, Description &model) {
  return gguf::readRotary(config, model).moveInto(model.layer.attention.rotary);
}

namespace emblem::frontend::gguf {
Architecture nomic_bert() {
  Architecture row = architectureNamed("nomic-bert", "Nomic Embed Text");
  row.requiredValues = {{"attention.causal", "false"}};
  row.defaultActivation = "silu";
  row.names.segment.table = "token_types.weight";
  row.names.embeddingNorm = normNamed("token_embd_norm");
  row.names.layer.attention.norm = normNamed("blk.{}.attn_output_norm");
  FeedForward &feedForward = row.names.layer.feedForward;
  feedForward.gate = weightNamed("blk.{}.ffn_gate");
  feedForward.norm = normNamed("blk.{}.layer_output_norm");
  row.adjust = adjust;
  return row;
}
} // namespace emblem::frontend::gguf

//===- qwen3.cpp - Qwen 3 in a GGUF file ----------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/gguf/architectures.h"

using namespace llvm;
using namespace emblem::frontend;

static Error adjust(const JsonObject &config, Description &model) {
  model.layer.attention.after = 0; // causal
  return gguf::readRotary(config, model).moveInto(model.layer.attention.rotary);
}

namespace emblem::frontend::gguf {
Architecture qwen3() {
  Architecture row = preNormArchitecture("qwen3", "Qwen3-Embedding");
  row.requiredValues = {{"attention.causal", "true"}};
  Attention &attention = row.names.layer.attention;
  attention.queryNorm = rmsNormNamed("blk.{}.attn_q_norm");
  attention.keyNorm = rmsNormNamed("blk.{}.attn_k_norm");
  row.adjust = adjust;
  return row;
}
} // namespace emblem::frontend::gguf

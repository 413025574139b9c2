//===- qwen2.cpp - Qwen 2 in a GGUF file ----------------------------------===//
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
Architecture qwen2() {
  Architecture row = preNormArchitecture("qwen2", "Qwen 2, 2.5");
  row.requiredValues = {{"attention.causal", "true"}};
  Attention &attention = row.names.layer.attention;
  attention.query = linearNamed("blk.{}.attn_q");
  attention.key = linearNamed("blk.{}.attn_k");
  attention.value = linearNamed("blk.{}.attn_v");
  row.adjust = adjust;
  return row;
}
} // namespace emblem::frontend::gguf

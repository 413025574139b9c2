//===- llama.cpp - Llama and Mistral in a GGUF file -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/gguf/architectures.h"

using namespace llvm;
using namespace emblem::frontend;

static Error adjust(const JsonObject &config, Description &model) {
  // The conversion moves the two features of a pair next to each other.
  if (Error error = gguf::readRotary(config, model)
                        .moveInto(model.layer.attention.rotary))
    return error;
  model.layer.attention.rotary->interleaved = true;
  return Error::success();
}

static Error adjustCausal(const JsonObject &config, Description &model) {
  model.layer.attention.after = 0;
  return adjust(config, model);
}

namespace emblem::frontend::gguf {
Architecture llama() {
  Architecture row = preNormArchitecture("llama", "E5-Mistral, SFR-Embedding");
  row.requiredValues = {{"attention.causal", "true"}};
  row.adjust = adjustCausal;
  return row;
}

// Llama's layers, but every token sees every token.
Architecture llama_embed() {
  Architecture row = preNormArchitecture("llama-embed", "Llama Embed Nemotron");
  row.requiredValues = {{"attention.causal", "false"}};
  row.adjust = adjust;
  return row;
}
} // namespace emblem::frontend::gguf

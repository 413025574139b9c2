//===- llama.cpp - Llama and Mistral in a GGUF file -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/gguf/architectures.h"

using namespace llvm;
using namespace emblem::frontend;

static Error adjust(const JsonObject &config, Description &model) {
  model.layer.attention.after = 0; // causal
  // The conversion moves the two features of a pair next to each other.
  if (Error error = gguf::readRotary(config, model)
                        .moveInto(model.layer.attention.rotary))
    return error;
  model.layer.attention.rotary->interleaved = true;
  return Error::success();
}

namespace emblem::frontend::gguf {
Architecture llama() {
  Architecture row = preNormArchitecture("llama", "E5-Mistral, SFR-Embedding");
  row.requiredValues = {{"attention.causal", "true"}};
  row.adjust = adjust;
  return row;
}
} // namespace emblem::frontend::gguf

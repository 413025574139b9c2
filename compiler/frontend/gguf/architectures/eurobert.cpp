//===- eurobert.cpp - EuroBERT in a GGUF file -----------------------------===//
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
Architecture eurobert() {
  Architecture row =
      preNormArchitecture("eurobert", "EuroBERT, Jina Embeddings v5 nano");
  row.requiredValues = {{"attention.causal", "false"}};
  row.adjust = adjust;
  return row;
}
} // namespace emblem::frontend::gguf

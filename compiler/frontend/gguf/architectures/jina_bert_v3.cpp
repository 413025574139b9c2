//===- jina_bert_v3.cpp - Jina Embeddings v3 in a GGUF file ---------------===//
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
Architecture bert();

// The model without adapters, which the conversion writes as files of their own.
Architecture jina_bert_v3() {
  Architecture row = bert();
  row.modelTypes = {"jina-bert-v3"};
  row.models = "Jina Embeddings v3 without its adapters";
  row.names.position.reset();
  row.adjust = adjust;
  return row;
}
} // namespace emblem::frontend::gguf

//===- jina_bert_v2.cpp - Jina Embeddings v2 in a GGUF file ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/gguf/architectures.h"

using namespace llvm;
using namespace emblem::frontend;

static Error adjust(const JsonObject &config, Description &model) {
  gguf::splitFeedForward(model.layer.feedForward);
  auto bias = config.number("attention.max_alibi_bias", 8.0);
  if (!bias)
    return bias.takeError();
  if (*bias != 8.0)
    return config.error("attention.max_alibi_bias", "only 8, ALiBi's own, is "
                                                    "supported");
  return Error::success();
}

namespace emblem::frontend::gguf {
Architecture bert();

Architecture jina_bert_v2() {
  Architecture row = bert();
  row.modelTypes = {"jina-bert-v2"};
  row.models = "Jina Embeddings v2";
  row.names.position.reset();
  row.names.layer.attention.alibi = true;
  row.adjust = adjust;
  return row;
}
} // namespace emblem::frontend::gguf

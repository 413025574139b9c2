//===- bert.cpp - BERT (Devlin et al., 2018) ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"

using namespace emblem::frontend;

Description emblem::frontend::bertNames() {
  Description model;
  model.tokens.table = "embeddings.word_embeddings.weight";
  model.position = {.table = "embeddings.position_embeddings.weight"};
  model.segment.table = "embeddings.token_type_embeddings.weight";
  model.embeddingNorm = normNamed("embeddings.LayerNorm");

  const std::string layer = "encoder.layer.{}.";
  Attention &attention = model.layer.attention;
  attention.query = linearNamed(layer + "attention.self.query");
  attention.key = linearNamed(layer + "attention.self.key");
  attention.value = linearNamed(layer + "attention.self.value");
  attention.output = linearNamed(layer + "attention.output.dense");
  attention.norm = normNamed(layer + "attention.output.LayerNorm");

  FeedForward &feedForward = model.layer.feedForward;
  feedForward.up = linearNamed(layer + "intermediate.dense");
  feedForward.down = linearNamed(layer + "output.dense");
  feedForward.norm = normNamed(layer + "output.LayerNorm");
  return model;
}

// transformers 4 reads it, and 5 does not.
std::vector<RequiredValue> emblem::frontend::bertRequiredValues() {
  return {{"position_embedding_type", "\"absolute\""}};
}

std::vector<RequiredValue> emblem::frontend::bertMask() {
  return {{"is_causal", "false"},
          {"is_decoder", "false"},
          {"add_cross_attention", "false"}};
}

namespace emblem::frontend {
Architecture bert() {
  return {.modelTypes = {"bert"},
          .models = "BERT, MiniLM, BGE, E5, GTE, Snowflake Arctic",
          .keys = {},
          .mask = bertMask(),
          .requiredValues = bertRequiredValues(),
          .ignoredKeys = {"directionality"},
          .names = bertNames(),
          .head = poolerHead};
}
} // namespace emblem::frontend

//===- bert.cpp - BERT (Devlin et al., 2018) ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/huggingface/architecture.h"

using namespace emblem::frontend;

static Linear linear(const std::string &name) {
  return {name + ".weight", name + ".bias"};
}

static Norm norm(const std::string &name) {
  return {name + ".weight", name + ".bias"};
}

static Description names() {
  Description model;
  model.tokens.table = "embeddings.word_embeddings.weight";
  model.position.table = "embeddings.position_embeddings.weight";
  model.segment.table = "embeddings.token_type_embeddings.weight";
  model.embeddingNorm = norm("embeddings.LayerNorm");

  const std::string layer = "encoder.layer.{}.";
  Attention &attention = model.layer.attention;
  attention.query = linear(layer + "attention.self.query");
  attention.key = linear(layer + "attention.self.key");
  attention.value = linear(layer + "attention.self.value");
  attention.output = linear(layer + "attention.output.dense");
  attention.norm = norm(layer + "attention.output.LayerNorm");

  FeedForward &feedForward = model.layer.feedForward;
  feedForward.up = linear(layer + "intermediate.dense");
  feedForward.down = linear(layer + "output.dense");
  feedForward.norm = norm(layer + "output.LayerNorm");
  return model;
}

const Architecture &emblem::frontend::bert() {
  static const Architecture architecture = {
      .modelType = "bert",
      .keys = {},
      .requiredValues = {{"position_embedding_type", "\"absolute\""},
                         {"is_decoder", "false"},
                         {"add_cross_attention", "false"}},
      .names = names()};
  return architecture;
}

//===- albert.cpp - ALBERT (Lan et al., 2019) -----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"

using namespace emblem::frontend;

// All layers share the weights of one.
static Description names() {
  Description model = bertNames();
  model.embeddingProjection =
      linearNamed("encoder.embedding_hidden_mapping_in");

  const std::string layer = "encoder.albert_layer_groups.0.albert_layers.0.";
  Attention &attention = model.layer.attention;
  attention.query = linearNamed(layer + "attention.query");
  attention.key = linearNamed(layer + "attention.key");
  attention.value = linearNamed(layer + "attention.value");
  attention.output = linearNamed(layer + "attention.dense");
  attention.norm = normNamed(layer + "attention.LayerNorm");

  FeedForward &feedForward = model.layer.feedForward;
  feedForward.up = linearNamed(layer + "ffn");
  feedForward.down = linearNamed(layer + "ffn_output");
  feedForward.norm = normNamed(layer + "full_layer_layer_norm");
  return model;
}

// BERT's, whose pooler is no module of its own.
static llvm::Expected<ClassificationHead> readHead(const JsonObject &,
                                                   const Description &) {
  return ClassificationHead{
      PoolKind::Cls,
      {denseNamed("pooler", Activation::Tanh), denseNamed("classifier")}};
}

namespace emblem::frontend {
Architecture albert() {
  std::vector<RequiredValue> requiredValues = bertRequiredValues();
  requiredValues.push_back({"num_hidden_groups", "1"});
  requiredValues.push_back({"inner_group_num", "1"});
  return {.modelTypes = {"albert"},
          .models = "ALBERT",
          .keys = {.embeddingSize = "embedding_size"},
          .requiredValues = requiredValues,
          .ignoredKeys = {"net_structure_type", "num_memory_blocks", "gap_size",
                          "down_scale_factor"},
          .defaultActivation = "gelu_new",
          .names = names(),
          .head = readHead};
}
} // namespace emblem::frontend

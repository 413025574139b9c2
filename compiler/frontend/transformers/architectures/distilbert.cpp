//===- distilbert.cpp - DistilBERT (Sanh et al., 2019) --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"

using namespace emblem::frontend;

// BERT without token types, under names of its own. "sinusoidal_pos_embds" only
// says how the table of positions began; it is in the file either way.
static Description names() {
  Description model = bertNames();
  model.segment = {};

  const std::string layer = "transformer.layer.{}.";
  Attention &attention = model.layer.attention;
  attention.query = linearNamed(layer + "attention.q_lin");
  attention.key = linearNamed(layer + "attention.k_lin");
  attention.value = linearNamed(layer + "attention.v_lin");
  attention.output = linearNamed(layer + "attention.out_lin");
  attention.norm = normNamed(layer + "sa_layer_norm");

  FeedForward &feedForward = model.layer.feedForward;
  feedForward.up = linearNamed(layer + "ffn.lin1");
  feedForward.down = linearNamed(layer + "ffn.lin2");
  feedForward.norm = normNamed(layer + "output_layer_norm");
  return model;
}

static llvm::Expected<ClassificationHead> readHead(const JsonObject &,
                                                   const Description &) {
  return ClassificationHead{PoolKind::Cls,
                            {denseNamed("pre_classifier", Activation::Relu),
                             denseNamed("classifier")}};
}

namespace emblem::frontend {
Architecture distilbert() {
  return {.modelTypes = {"distilbert"},
          .models = "DistilBERT",
          .keys = {.hiddenSize = "dim",
                   .layerCount = "n_layers",
                   .heads = "n_heads",
                   .innerSize = "hidden_dim",
                   .activation = "activation",
                   .normEpsilon = ""},
          .aliases = {{"hidden_size", "dim"},
                      {"num_hidden_layers", "n_layers"},
                      {"num_attention_heads", "n_heads"}},
          .ignoredKeys = {"sinusoidal_pos_embds"}, // how they began
          .names = names(),
          .head = readHead};
}
} // namespace emblem::frontend

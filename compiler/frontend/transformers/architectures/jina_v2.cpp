//===- jina_v2.cpp - Jina Embeddings v2 (Günther et al., 2023) ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"

using namespace llvm;
using namespace emblem::frontend;

// BERT's names, but for the gate.
static Description names() {
  Description model = bertNames();
  model.position.reset();
  model.layer.attention.alibi = true;
  FeedForward &feedForward = model.layer.feedForward;
  feedForward.down = linearNamed("encoder.layer.{}.mlp.wo");
  feedForward.norm = normNamed("encoder.layer.{}.mlp.layernorm");
  return model;
}

static Error adjust(const JsonObject &config, Description &model) {
  FeedForward &feedForward = model.layer.feedForward;
  int64_t inner = feedForward.innerSize;
  Linear gated = weightNamed("encoder.layer.{}.mlp.gated_layers");
  feedForward.gate = rowsOf(gated, 0, inner);
  feedForward.up = rowsOf(gated, inner, 2 * inner);
  auto type = config.string("feed_forward_type", "");
  if (!type)
    return type.takeError();
  if (*type == "geglu")
    feedForward.activation = Activation::Gelu;
  else if (*type == "reglu")
    feedForward.activation = Activation::Relu;
  else
    return config.error("feed_forward_type",
                        "only \"geglu\" and \"reglu\" are supported");
  // They share their type with BERT, which has positions where this is absent.
  auto positions = config.string("position_embedding_type", "absolute");
  if (!positions)
    return positions.takeError();
  if (*positions != "alibi")
    return config.error("position_embedding_type",
                        "beside 'feed_forward_type' only \"alibi\" is "
                        "supported");
  return Error::success();
}

namespace emblem::frontend {
Architecture jina_v2() {
  return {.modelTypes = {"bert"},
          .models = "Jina Embeddings v2",
          .mark = "feed_forward_type",
          .ignoredKeys = {"emb_pooler", "model_max_length", "hidden_act"},
          .knowsAllKeys = true,
          .mayBringCode = true,
          .names = names(),
          .adjust = adjust,
          .head = poolerHead};
}
} // namespace emblem::frontend

//===- jina_v3.cpp - Jina Embeddings v3 (Sturua et al., 2024), without adapters
//===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/huggingface/architecture.h"
#include "compiler/frontend/huggingface/attention_config.h"

using namespace llvm;
using namespace emblem::frontend;

static Description names() {
  Description model = bertNames();
  model.position.reset();
  model.embeddingNorm = normNamed("emb_ln");

  const std::string layer = "encoder.layers.{}.";
  Attention &attention = model.layer.attention;
  attention.output = linearNamed(layer + "mixer.out_proj");
  attention.norm = normNamed(layer + "norm1");
  FeedForward &feedForward = model.layer.feedForward;
  feedForward.up = linearNamed(layer + "mlp.fc1");
  feedForward.down = linearNamed(layer + "mlp.fc2");
  feedForward.norm = normNamed(layer + "norm2");
  return model;
}

static Error adjust(const JsonObject &config, Description &model) {
  Attention &attention = model.layer.attention;
  int64_t width = attention.heads * attention.headSize;
  Linear joined = linearNamed("encoder.layers.{}.mixer.Wqkv");
  attention.query = rowsOf(joined, 0, width);
  attention.key = rowsOf(joined, width, 2 * width);
  attention.value = rowsOf(joined, 2 * width, 3 * width);
  auto rotary = readRotary(config, attention.headSize, {.base = 20000.0});
  if (!rotary)
    return rotary.takeError();
  attention.rotary = *rotary;
  return Error::success();
}

namespace emblem::frontend {
Architecture jina_v3() {
  return {.modelTypes = {"jina_embeddings_v3"},
          .models = "Jina Embeddings v3",
          .ignoredKeys = {"num_labels"},
          .defaultNormEpsilon = 1e-5,
          .names = names(),
          .adjust = adjust,
          .head = tanhHead,
          .pairTypes = false};
}
} // namespace emblem::frontend

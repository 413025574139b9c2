//===- roformer.cpp - RoFormer (Su et al., 2021) --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/transformers/architectures/families.h"

using namespace llvm;
using namespace emblem::frontend;

static Error adjust(const JsonObject &config, Description &model) {
  int64_t headSize = model.layer.attention.headSize;
  if (headSize % 2 != 0)
    return config.error("num_attention_heads",
                        "rotary positions need an even head size, not " +
                            Twine(headSize));
  model.layer.attention.rotary = {.size = headSize, .interleaved = true};
  auto size = readSize(config, "embedding_size", model.hiddenSize);
  if (!size)
    return size.takeError();
  if (*size != model.hiddenSize) {
    model.embeddingSize = *size;
    model.embeddingProjection = linearNamed("embeddings_project");
  }
  return Error::success();
}

// RoBERTa's with the activation of the layers.
static Expected<ClassificationHead> readHead(const JsonObject &,
                                             const Description &model) {
  return ClassificationHead{
      PoolKind::Cls,
      {denseNamed("classifier.dense", model.layer.feedForward.activation),
       denseNamed("classifier.out_proj")}};
}

namespace emblem::frontend {
Architecture roformer() {
  Description names = bertNames();
  names.position.reset();
  return {.modelTypes = {"roformer"},
          .models = "RoFormer",
          .mask = {{"is_decoder", "false"}, {"add_cross_attention", "false"}},
          .requiredValues = {{"rotary_value", "false"}},
          .ignoredKeys = {"num_labels"},
          .names = names,
          .adjust = adjust,
          .head = readHead};
}
} // namespace emblem::frontend

//===- vit.cpp - ViT ------------------------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"
#include "compiler/frontend/transformers/image_processor.h"

using namespace emblem::frontend;

// The vector is the class token's row behind the last norm: `pooler_output` is
// of a layer that was trained for next to nothing.
static Description names() {
  Description model = visionNames();
  const std::string layer = "encoder.layer.{}.";
  Attention &attention = model.layer.attention;
  attention.norm = normNamed(layer + "layernorm_before");

  FeedForward &feedForward = model.layer.feedForward;
  feedForward.up = linearNamed(layer + "intermediate.dense");
  feedForward.down = linearNamed(layer + "output.dense");
  feedForward.norm = normNamed(layer + "layernorm_after");
  return model;
}

namespace emblem::frontend {
Description visionNames() {
  Description model;
  model.input = InputKind::Images;
  model.pooling = {PoolKind::Cls};
  Patches &patches = model.patches.emplace();
  patches.linear = linearNamed("embeddings.patch_embeddings.projection");
  patches.classToken = "embeddings.cls_token";
  patches.positions = "embeddings.position_embeddings";

  const std::string layer = "encoder.layer.{}.";
  model.layer.normPlacement = NormPlacement::Pre;
  Attention &attention = model.layer.attention;
  attention.query = linearNamed(layer + "attention.attention.query");
  attention.key = linearNamed(layer + "attention.attention.key");
  attention.value = linearNamed(layer + "attention.attention.value");
  attention.output = linearNamed(layer + "attention.output.dense");
  model.finalNorm = normNamed("layernorm");
  return model;
}

llvm::Error readVision(const JsonObject &config, Description &model) {
  if (llvm::Error error = readImageSizes(config, model))
    return error;
  auto biased = config.boolean("qkv_bias", true);
  if (!biased)
    return biased.takeError();
  Attention &attention = model.layer.attention;
  if (!*biased)
    for (Linear *linear : {&attention.query, &attention.key, &attention.value})
      linear->bias.clear();
  return llvm::Error::success();
}

Architecture vit() {
  ConfigKeys keys = visionKeys();
  keys.headSize = "head_dim";
  return {.modelTypes = {"vit"},
          .models = "ViT",
          .keys = keys,
          .ignoredKeys = {"encoder_stride"}, // of a head that draws pixels
          .names = names(),
          .adjust = readVision};
}
} // namespace emblem::frontend

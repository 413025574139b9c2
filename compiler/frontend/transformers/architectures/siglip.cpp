//===- siglip.cpp - SigLIP's two towers -----------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Zhai et al., "Sigmoid Loss for Language Image Pre-Training", 2023. Its names
// of weights are CLIP's; two_towers.h reads a folder that has both.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/transformers/architectures/families.h"
#include "compiler/frontend/transformers/image_processor.h"
#include "compiler/frontend/transformers/special_tokens.h"
#include "compiler/frontend/transformers/tokenizer_config.h"

using namespace emblem::frontend;
using llvm::Error;

static Error adjustText(const JsonObject &config, Description &model) {
  auto size = readSize(config, "projection_size", model.hiddenSize);
  if (!size)
    return size.takeError();
  model.dense.push_back({.inputSize = model.hiddenSize,
                         .outputSize = *size,
                         .linear = linearNamed("head")});
  return Error::success();
}

// A text's vector is that of its last place, whatever stands there: the model
// was trained on texts filled up to one length.
static Error fillTexts(const ModelFolders &folders, const JsonObject &,
                       Description &model) {
  auto config = readTokenizerConfig(folders);
  if (!config)
    return config.takeError();
  auto side = config->string("padding_side", "right");
  if (!side)
    return side.takeError();
  if (*side != "right")
    return config->error("padding_side", "only \"right\" is supported");
  auto ids = TokenIds::read(folders, model);
  if (!ids)
    return ids.takeError();
  model.padding = ids->findRole("pad_token");
  if (!model.padding)
    return config->error("pad_token", "it must be a token of the tokenizer: "
                                      "texts are filled up with it");
  return Error::success();
}

// The one row that a learned query makes of an image's.
static Error adjustImages(const JsonObject &config, Description &model) {
  if (Error error = readImageSizes(config, model))
    return error;
  const FeedForward &feedForward = model.layer.feedForward;
  AttentionPooling &pooling = *model.attentionPooling;
  const Linear joined = {"head.attention.in_proj_weight",
                         "head.attention.in_proj_bias"};
  int64_t size = model.hiddenSize;
  pooling.query = rowsOf(joined, 0, size);
  pooling.key = rowsOf(joined, size, 2 * size);
  pooling.value = rowsOf(joined, 2 * size, 3 * size);
  pooling.heads = model.layer.attention.heads;
  pooling.innerSize = feedForward.innerSize;
  pooling.activation = feedForward.activation;
  pooling.norm.epsilon = feedForward.norm.epsilon;
  return Error::success();
}

namespace emblem::frontend {
Architecture siglip_text() {
  return {.modelTypes = {"siglip_text_model"},
          .models = "SigLIP's texts; both towers are \"siglip\"",
          .keys = {.segments = ""},
          .mask = {},
          .defaultActivation = "gelu_pytorch_tanh",
          .defaultNormEpsilon = 1e-6,
          .names = textTowerNames(),
          .adjust = adjustText,
          .finishText = fillTexts};
}

Architecture siglip_vision() {
  Description names = imageTowerNames();
  AttentionPooling &pooling = names.attentionPooling.emplace();
  pooling.probe = "head.probe";
  pooling.output = linearNamed("head.attention.out_proj");
  pooling.norm = normNamed("head.layernorm");
  pooling.up = linearNamed("head.mlp.fc1");
  pooling.down = linearNamed("head.mlp.fc2");
  return {.modelTypes = {"siglip_vision_model"},
          .models = "SigLIP's images",
          .keys = visionKeys(),
          .mask = {},
          .requiredValues = {{"vision_use_head", "true"}},
          .defaultActivation = "gelu_pytorch_tanh",
          .defaultNormEpsilon = 1e-6,
          .names = names,
          .adjust = adjustImages};
}
} // namespace emblem::frontend

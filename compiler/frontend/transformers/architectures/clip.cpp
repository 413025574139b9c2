//===- clip.cpp - CLIP's two towers ---------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Radford et al., "Learning Transferable Visual Models From Natural Language
// Supervision", 2021. two_towers.h reads a folder that has both.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/model_file.h"
#include "compiler/frontend/transformers/architectures/families.h"
#include "compiler/frontend/transformers/image_processor.h"
#include "compiler/tokenizer/read/transformers/load_tokenizer.h"

using namespace emblem::frontend;
using llvm::Error;

// The layers of all four, SigLIP's too.
static Description towerNames() {
  Description model;
  const std::string layer = "encoder.layers.{}.";
  model.layer.normPlacement = NormPlacement::Pre;
  Attention &attention = model.layer.attention;
  attention.query = linearNamed(layer + "self_attn.q_proj");
  attention.key = linearNamed(layer + "self_attn.k_proj");
  attention.value = linearNamed(layer + "self_attn.v_proj");
  attention.output = linearNamed(layer + "self_attn.out_proj");
  attention.norm = normNamed(layer + "layer_norm1");
  FeedForward &feedForward = model.layer.feedForward;
  feedForward.up = linearNamed(layer + "mlp.fc1");
  feedForward.down = linearNamed(layer + "mlp.fc2");
  feedForward.norm = normNamed(layer + "layer_norm2");
  return model;
}

namespace emblem::frontend {
Description textTowerNames() {
  Description model = towerNames();
  model.tokens.table = "embeddings.token_embedding.weight";
  model.position.emplace().table = "embeddings.position_embedding.weight";
  model.finalNorm = normNamed("final_layer_norm");
  model.pooling = {PoolKind::Last};
  return model;
}

Description imageTowerNames() {
  Description model = towerNames();
  model.input = InputKind::Images;
  Patches &patches = model.patches.emplace();
  patches.linear = linearNamed("embeddings.patch_embedding");
  patches.positions = "embeddings.position_embedding.weight";
  model.finalNorm = normNamed("post_layernorm");
  return model;
}
} // namespace emblem::frontend

// The layer into the space of both, which only some classes have.
static Error addProjection(const JsonObject &config, llvm::StringRef name,
                           Description &model) {
  auto size = config.size("projection_dim");
  if (!size)
    return size.takeError();
  if (hasArchitecture(config, "WithProjection"))
    model.dense.push_back({.inputSize = model.hiddenSize,
                           .outputSize = *size,
                           .linear = weightNamed(name)});
  return Error::success();
}

static Error adjustText(const JsonObject &config, Description &model) {
  model.layer.attention.after = 0;
  return addProjection(config, "text_projection", model);
}

// The vector is that of the first end token. A config.json from before 2023 has
// a wrong number for it: there it is the first token of the greatest id.
static Error endTexts(const ModelFolders &folders, const JsonObject &config,
                      Description &model) {
  auto tokenizer =
      readFolderTokenizer(folders.transformer, folders.tokenizerArguments);
  if (!tokenizer)
    return tokenizer.takeError();
  takeRowless(*tokenizer, model.tokens.vocabularySize);
  int32_t last = tokenizer->single.back().id;
  const llvm::json::Value *value = config.find("eos_token_id");
  std::optional<int64_t> end = value ? value->getAsInteger() : std::nullopt;
  if (!end)
    return config.error("eos_token_id", "it must be one token id");
  constexpr int64_t untold = 2;
  int64_t greatest = getVocabularySize(*tokenizer) - 1;
  if (last != (*end == untold ? greatest : *end))
    return config.error(
        "eos_token_id",
        *end == untold
            ? "then the tokenizer must end a text with its greatest id, " +
                  llvm::Twine(greatest)
            : llvm::Twine("the tokenizer must end a text with that token"));
  model.endToken = last;
  return Error::success();
}

static Error adjustImages(const JsonObject &config, Description &model) {
  if (Error error = readImageSizes(config, model))
    return error;
  return addProjection(config, "visual_projection", model);
}

namespace emblem::frontend {
Architecture clip_text() {
  return {.modelTypes = {"clip_text_model"},
          .models = "CLIP's texts; both towers are \"clip\"",
          .keys = {.segments = ""},
          .mask = {{"is_causal", "true"}},
          .defaultActivation = "quick_gelu",
          .defaultNormEpsilon = 1e-5,
          .names = textTowerNames(),
          .adjust = adjustText,
          .finishText = endTexts};
}

Architecture clip_vision() {
  Description names = imageTowerNames();
  names.patches->linear.bias.clear();
  names.patches->classToken = "embeddings.class_embedding";
  names.embeddingNorm = normNamed("pre_layrnorm"); // so it is spelled
  names.pooling = {PoolKind::Cls};
  return {.modelTypes = {"clip_vision_model"},
          .models = "CLIP's images",
          .keys = visionKeys(),
          .defaultActivation = "quick_gelu",
          .defaultNormEpsilon = 1e-5,
          .names = names,
          .adjust = adjustImages};
}
} // namespace emblem::frontend

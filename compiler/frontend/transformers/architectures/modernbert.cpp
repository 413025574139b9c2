//===- modernbert.cpp - ModernBERT (Warner et al., 2024) ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/activation_names.h"
#include "compiler/frontend/architecture/architecture.h"
#include "compiler/frontend/architecture/attention_config.h"

using namespace llvm;
using namespace emblem::frontend;

static Description names() {
  Description model;
  model.tokens.table = "embeddings.tok_embeddings.weight";
  model.embeddingNorm = normNamed("embeddings.norm");
  model.finalNorm = normNamed("final_norm");

  const std::string layer = "layers.{}.";
  model.layer.normPlacement = NormPlacement::Pre;
  Attention &attention = model.layer.attention;
  attention.output = linearNamed(layer + "attn.Wo");
  attention.norm = normNamed(layer + "attn_norm");
  attention.firstNormed = 1; // the embeddings are normed already

  FeedForward &feedForward = model.layer.feedForward;
  feedForward.down = linearNamed(layer + "mlp.Wo");
  feedForward.norm = normNamed(layer + "mlp_norm");
  return model;
}

// Biases are there where the file says so.
static Error takeBiases(const JsonObject &config, Description &model) {
  Attention &attention = model.layer.attention;
  FeedForward &feedForward = model.layer.feedForward;
  std::pair<StringRef, std::vector<WeightExpression *>> settings[] = {
      {"norm_bias",
       {&model.embeddingNorm->shift, &model.finalNorm->shift,
        &attention.norm.shift, &feedForward.norm.shift}},
      {"attention_bias",
       {&attention.query.bias, &attention.key.bias, &attention.value.bias,
        &attention.output.bias}},
      {"mlp_bias",
       {&feedForward.gate->bias, &feedForward.up.bias,
        &feedForward.down.bias}}};
  for (auto &[key, biases] : settings) {
    auto present = config.boolean(key, false);
    if (!present)
      return present.takeError();
    if (!*present)
      for (WeightExpression *bias : biases)
        bias->clear();
  }
  return Error::success();
}

static Error adjust(const JsonObject &config, Description &model) {
  Attention &attention = model.layer.attention;
  int64_t width = attention.heads * attention.headSize;
  Linear joined = linearNamed("layers.{}.attn.Wqkv");
  attention.query = rowsOf(joined, 0, width);
  attention.key = rowsOf(joined, width, 2 * width);
  attention.value = rowsOf(joined, 2 * width, 3 * width);

  FeedForward &feedForward = model.layer.feedForward;
  int64_t inner = feedForward.innerSize;
  Linear gated = linearNamed("layers.{}.mlp.Wi");
  feedForward.gate = rowsOf(gated, 0, inner);
  feedForward.up = rowsOf(gated, inner, 2 * inner);
  if (Error error = takeBiases(config, model))
    return error;

  auto rotary = readRotary(config, attention.headSize,
                           {.base = 160000.0,
                            .baseKey = "global_rope_theta",
                            .layerType = "full_attention"});
  if (!rotary)
    return rotary.takeError();
  attention.rotary = *rotary;
  auto nearby = readRotary(config, attention.headSize,
                           {.base = 10000.0,
                            .baseKey = "local_rope_theta",
                            .layerType = "sliding_attention"});
  if (!nearby)
    return nearby.takeError();
  Expected<int64_t> every = 3; // where 'layer_types' does not say more
  if (!config.find("layer_types"))
    every = readSize(config, "global_attn_every_n_layers", 3);
  if (!every)
    return every.takeError();
  auto pattern = readLayerPattern(config, model.layerCount, [&](int64_t layer) {
    return layer % *every ? LayerKind::Local : LayerKind::Global;
  });
  if (!pattern)
    return pattern.takeError();
  // Half of the window to each side; in transformers the second key sets the
  // first, to its double.
  auto window = readSize(config, "local_attention", 128);
  if (!window)
    return window.takeError();
  int64_t side = *window / 2;
  if (config.find("sliding_window"))
    if (Error error = config.size("sliding_window").moveInto(side))
      return error;
  model.layer.local = {
      .pattern = *pattern, .before = side, .after = side, .rotary = *nearby};
  return Error::success();
}

static Expected<ClassificationHead> readHead(const JsonObject &config,
                                             const Description &model) {
  auto pooling = config.string("classifier_pooling", "cls");
  if (!pooling)
    return pooling.takeError();
  if (*pooling != "cls" && *pooling != "mean")
    return config.error("classifier_pooling",
                        "only \"cls\" and \"mean\" are supported");
  auto bias = config.boolean("classifier_bias", false);
  if (!bias)
    return bias.takeError();
  auto activation = readActivation(config, "classifier_activation", "gelu");
  if (!activation)
    return activation.takeError();
  Dense dense = denseNamed("head.dense", *activation);
  if (!*bias)
    dense.linear.bias.clear();
  dense.norm = normNamed("head.norm");
  dense.norm->epsilon = model.finalNorm->epsilon;
  if (model.finalNorm->shift.empty())
    dense.norm->shift.clear();
  return ClassificationHead{*pooling == "cls" ? PoolKind::Cls : PoolKind::Mean,
                            {dense, denseNamed("classifier")}};
}

namespace emblem::frontend {
Architecture modernbert() {
  return {
      .modelTypes = {"modernbert"},
      .models = "ModernBERT, Granite Embedding R2",
      .keys = {.activation = "hidden_activation", .normEpsilon = "norm_eps"},
      .ignoredKeys = {"initializer_cutoff_factor", "decoder_bias",
                      "deterministic_flash_attn", "sparse_prediction",
                      "sparse_pred_ignore_index", "reference_compile",
                      "repad_logits_with_grad", "position_embedding_type",
                      "layer_norm_eps"},
      .defaultNormEpsilon = 1e-5,
      .names = names(),
      .adjust = adjust,
      .head = readHead};
}
} // namespace emblem::frontend

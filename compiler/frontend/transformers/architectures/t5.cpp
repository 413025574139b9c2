//===- t5.cpp - The encoder of T5 (Raffel et al., 2020) -------------------===//
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
  model.tokens.table = "shared.weight";
  model.finalNorm = rmsNormNamed("encoder.final_layer_norm");

  const std::string layer = "encoder.block.{}.layer.";
  model.layer.normPlacement = NormPlacement::Pre;
  Attention &attention = model.layer.attention;
  attention.scale = 1.0; // it is in the weights
  attention.query = weightNamed(layer + "0.SelfAttention.q");
  attention.key = weightNamed(layer + "0.SelfAttention.k");
  attention.value = weightNamed(layer + "0.SelfAttention.v");
  attention.output = weightNamed(layer + "0.SelfAttention.o");
  attention.norm = rmsNormNamed(layer + "0.layer_norm");
  FeedForward &feedForward = model.layer.feedForward;
  feedForward.down = weightNamed(layer + "1.DenseReluDense.wo");
  feedForward.norm = rmsNormNamed(layer + "1.layer_norm");
  return model;
}

// "gated-" and an activation, or that alone; two keys of their own, which newer
// files have beside it, count before it. Returns whether there is a gate.
static Expected<bool> readGate(const JsonObject &config,
                               Activation &activation) {
  StringRef key = "feed_forward_proj";
  auto projection = config.string(key, "relu");
  if (!projection)
    return projection.takeError();
  StringRef name = *projection;
  bool isGated = name.consume_front("gated-");
  if (isGated && name == "gelu")
    name = "gelu_new";
  bool isOwn = config.find("dense_act_fn");
  auto activated =
      readActivation(isOwn ? config : config.with(json::Object{{key, name}}),
                     isOwn ? "dense_act_fn" : key, "");
  if (!activated) {
    if (isOwn)
      return activated.takeError();
    consumeError(activated.takeError());
    return config.error(key, "it must be an activation that is known, such as "
                             "relu, gelu or silu, or \"gated-\" before one");
  }
  activation = *activated;
  return config.boolean("is_gated_act", isGated);
}

static Error adjust(const JsonObject &config, Description &model) {
  const std::string dense = "encoder.block.{}.layer.1.DenseReluDense.";
  FeedForward &feedForward = model.layer.feedForward;
  auto gated = readGate(config, feedForward.activation);
  if (!gated)
    return gated.takeError();
  if (*gated) {
    feedForward.gate = weightNamed(dense + "wi_0");
    feedForward.up = weightNamed(dense + "wi_1");
  } else {
    feedForward.up = weightNamed(dense + "wi");
  }

  auto buckets = readSize(config, "relative_attention_num_buckets", 32);
  if (!buckets)
    return buckets.takeError();
  auto distance = readSize(config, "relative_attention_max_distance", 128);
  if (!distance)
    return distance.takeError();
  // The first layer's, for all.
  model.layer.attention.positionBias = {
      .table = "encoder.block.0.layer.0.SelfAttention."
               "relative_attention_bias.weight",
      .buckets = *buckets,
      .maxDistance = *distance};
  // Distances have no end, and n_positions bounds nothing: texts are cut where
  // the tokenizer or Sentence Transformers says, and at last where scores would
  // fill gigabytes.
  model.maxTokens = 1 << 15;
  return Error::success();
}

namespace emblem::frontend {
Architecture t5() {
  return {.modelTypes = {"t5"},
          .models = "Sentence-T5, GTR, Instructor",
          .keys = {.hiddenSize = "d_model",
                   .layerCount = "num_layers",
                   .heads = "num_heads",
                   .headSize = "d_kv",
                   .innerSize = "d_ff",
                   .activation = "",
                   .normEpsilon = "layer_norm_epsilon",
                   .positions = ""},
          .aliases = {{"hidden_size", "d_model"},
                      {"num_hidden_layers", "num_layers"},
                      {"num_attention_heads", "num_heads"},
                      {"head_dim", "d_kv"}},
          .ignoredKeys = {"num_decoder_layers", "task_specific_params",
                          "output_past", "scale_decoder_outputs",
                          "n_positions"},
          .defaultNormEpsilon = 1e-6,
          .names = names(),
          .adjust = adjust};
}
} // namespace emblem::frontend

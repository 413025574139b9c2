//===- nomic_bert.cpp - Nomic Embed (Nussbaum et al., 2024) ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/transformers/architectures/families.h"

using namespace llvm;
using namespace emblem::frontend;

static Description names() {
  Description model = bertNames();
  model.position.reset();
  model.embeddingNorm = normNamed("emb_ln");

  const std::string layer = "encoder.layers.{}.";
  Attention &attention = model.layer.attention;
  attention.output = weightNamed(layer + "attn.out_proj");
  attention.norm = normNamed(layer + "norm1");
  FeedForward &feedForward = model.layer.feedForward;
  feedForward.up = weightNamed(layer + "mlp.fc11");
  feedForward.gate = weightNamed(layer + "mlp.fc12");
  feedForward.down = weightNamed(layer + "mlp.fc2");
  feedForward.norm = normNamed(layer + "norm2");
  return model;
}

static void takeJoined(Description &model) {
  Attention &attention = model.layer.attention;
  int64_t width = attention.heads * attention.headSize;
  Linear joined = weightNamed("encoder.layers.{}.attn.Wqkv");
  attention.query = rowsOf(joined, 0, width);
  attention.key = rowsOf(joined, width, 2 * width);
  attention.value = rowsOf(joined, 2 * width, 3 * width);
}

// Settings that the Hub's form names otherwise, and transformers' names.
static constexpr std::pair<StringLiteral, StringLiteral> otherNames[] = {
    {"n_embd", "hidden_size"},
    {"n_layer", "num_hidden_layers"},
    {"n_head", "num_attention_heads"},
    {"n_inner", "intermediate_size"},
    {"layer_norm_epsilon", "layer_norm_eps"}};

// Files of both forms: code of the Hub's would read its own.
static Error checkAgreement(const JsonObject &config, const Rotary &rotary) {
  for (const auto &[other, own] : otherNames) {
    auto a = config.number(other, 0), b = config.number(own, 0);
    if (!a)
      return a.takeError();
    if (!b)
      return b.takeError();
    if (config.find(other) && config.find(own) && *a != *b)
      return config.error(other, "'" + Twine(own) +
                                     "' says otherwise; make the two agree");
  }
  auto base = config.number("rotary_emb_base", rotary.base);
  if (!base)
    return base.takeError();
  auto part = config.number("rotary_emb_fraction", 1.0);
  if (!part)
    return part.takeError();
  if (*base != rotary.base || *part != 1.0)
    return config.error(*base != rotary.base ? "rotary_emb_base"
                                             : "rotary_emb_fraction",
                        "'rope_parameters' say otherwise; make them agree");
  for (StringRef key : {"n_positions", "activation_function"})
    config.find(key); // lengths alone; the gate's, which "hidden_act" says
  return Error::success();
}

static Error adjust(const JsonObject &config, Description &model) {
  takeJoined(model);
  auto rotary =
      readRotary(config, model.layer.attention.headSize, {.base = 1000.0});
  if (!rotary)
    return rotary.takeError();
  model.layer.attention.rotary = *rotary;
  return checkAgreement(config, *rotary);
}

// The Hub's own form of the file, which names its settings as GPT-2 does.
static Error adjustOriginal(const JsonObject &config, Description &model) {
  takeJoined(model);
  // "swiglu" and the like: the activation of the gate.
  auto activation = config.string("activation_function", "swiglu");
  if (!activation)
    return activation.takeError();
  if (*activation != "swiglu" && *activation != "geglu")
    return config.error("activation_function",
                        "only \"swiglu\" and \"geglu\" are supported");
  model.layer.feedForward.activation =
      *activation == "swiglu" ? Activation::Silu : Activation::Gelu;
  int64_t headSize = model.layer.attention.headSize;
  auto part = config.number("rotary_emb_fraction", 1.0);
  if (!part)
    return part.takeError();
  auto base = config.number("rotary_emb_base", 1000.0);
  if (!base)
    return base.takeError();
  int64_t size = static_cast<int64_t>(double(headSize) * *part);
  if (!(*base > 0) || size < 2 || size > headSize || size % 2 != 0)
    return config.error("rotary_emb_fraction",
                        "rotary positions need an even part of heads of " +
                            Twine(headSize) + " and a positive base");
  model.layer.attention.rotary = {.size = size, .base = *base};
  return Error::success();
}

static std::vector<RequiredValue> requiredOfHub() {
  std::vector<RequiredValue> required = {{"scale_attn_weights", "true"},
                                         {"rotary_emb_scale_base", "null"},
                                         {"rotary_scaling_factor", "null"}};
  for (StringRef key :
       {"causal", "mlp_fc1_bias", "mlp_fc2_bias", "parallel_block", "prenorm",
        "qkv_proj_bias", "rotary_emb_interleaved", "use_rms_norm",
        "scale_attn_by_inverse_layer_idx"})
    required.push_back({key, "false"});
  return required;
}

static const std::vector<StringRef> ignoredOfHub = {"dense_seq_output",
                                                    "fused_bias_fc",
                                                    "fused_dropout_add_ln",
                                                    "pad_vocab_size_multiple",
                                                    "parallel_block_tied_norm",
                                                    "reorder_and_upcast_attn",
                                                    "summary_activation",
                                                    "summary_first_dropout",
                                                    "summary_proj_to_labels",
                                                    "summary_type",
                                                    "summary_use_proj",
                                                    "use_flash_attn",
                                                    "use_xentropy",
                                                    "max_trained_positions",
                                                    "num_labels",
                                                    "auto_map"};

namespace emblem::frontend {
Architecture nomic_bert() {
  return {.modelTypes = {"nomic_bert"},
          .models = "Nomic Embed Text",
          .keys = {.headSize = "head_dim"},
          .requiredValues = requiredOfHub(),
          .ignoredKeys = ignoredOfHub,
          .mayBringCode = true,
          .defaultActivation = "silu",
          .names = names(),
          .adjust = adjust,
          .head = poolerHead};
}

Architecture nomic_bert_original() {
  Architecture row = nomic_bert();
  row.mark = "n_embd";
  row.unmark = "hidden_size";
  row.knowsAllKeys = true;
  row.keys = {.hiddenSize = "n_embd",
              .layerCount = "n_layer",
              .heads = "n_head",
              .innerSize = "n_inner",
              .activation = "",
              .normEpsilon = "layer_norm_epsilon",
              .positions = "n_positions"};
  row.adjust = adjustOriginal;
  row.head = nullptr;
  return row;
}
} // namespace emblem::frontend

//===- gte.cpp - GTE, the newer models (Zhang et al., "mGTE", 2024) -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/transformers/architectures/families.h"

#include <cmath>

using namespace llvm;
using namespace emblem::frontend;

static Description names() {
  Description model = bertNames();
  model.position.reset();
  model.segment = {};

  const std::string layer = "encoder.layer.{}.";
  Attention &attention = model.layer.attention;
  attention.output = linearNamed(layer + "attention.o_proj");
  attention.norm = normNamed(layer + "attn_ln");
  FeedForward &feedForward = model.layer.feedForward;
  feedForward.down = linearNamed(layer + "mlp.down_proj");
  feedForward.norm = normNamed(layer + "mlp_ln");
  return model;
}

// In "ntk" both the base and all angles are stretched, the latter such that the
// fastest pair moves as far as the others (the models' own code, equation 6 of
// https://kexue.fm/archives/9706).
static Error stretch(const JsonObject &config, Rotary &rotary) {
  const json::Value *value = config.find("rope_scaling");
  const json::Object *scaling = value ? value->getAsObject() : nullptr;
  if (!scaling || scaling->getString("type") != StringRef("ntk"))
    return Error::success();
  JsonObject settings(config.getPath().str(), *scaling);
  settings.find("type");
  auto factor = settings.number("factor", 1.0);
  if (!factor)
    return factor.takeError();
  for (StringRef key : settings.getUnread())
    return settings.error(key, "of \"ntk\" only the factor is supported");
  if (!(*factor >= 1))
    return settings.error("factor", "it must be at least 1");
  rotary.base *= *factor;
  rotary.factor = std::pow(*factor, 2.0 / double(rotary.size));
  return Error::success();
}

static Error readShared(const JsonObject &config, Description &model) {
  Attention &attention = model.layer.attention;
  int64_t width = attention.heads * attention.headSize;
  Linear joined = linearNamed("encoder.layer.{}.attention.qkv_proj");
  attention.query = rowsOf(joined, 0, width);
  attention.key = rowsOf(joined, width, 2 * width);
  attention.value = rowsOf(joined, 2 * width, 3 * width);
  FeedForward &feedForward = model.layer.feedForward;
  int64_t inner = feedForward.innerSize;
  Linear gated = weightNamed("encoder.layer.{}.mlp.up_gate_proj");
  feedForward.up = rowsOf(gated, 0, inner);
  feedForward.gate = rowsOf(gated, inner, 2 * inner);

  // No kinds of tokens, or the one that a single text has.
  auto segments = config.number("type_vocab_size", 0);
  if (!segments)
    return segments.takeError();
  if (*segments > 0) {
    model.segment = bertNames().segment;
    model.segment.count = static_cast<int64_t>(*segments);
  }

  return Error::success();
}

static Error adjust(const JsonObject &config, Description &model) {
  if (Error error = readShared(config, model))
    return error;
  return readRotary(config, model.layer.attention.headSize, {.base = 160000.0})
      .moveInto(model.layer.attention.rotary);
}

// By the code of the models as they were published.
static Error adjustOriginal(const JsonObject &config, Description &model) {
  if (Error error = readShared(config, model))
    return error;
  const json::Value *scaling = config.find("rope_scaling");
  bool ntk = scaling && scaling->getAsObject() &&
             scaling->getAsObject()->getString("type") == StringRef("ntk");
  auto rotary = readRotary(
      ntk ? config.with(json::Object{{"rope_scaling", nullptr}}) : config,
      model.layer.attention.headSize, {});
  if (!rotary)
    return rotary.takeError();
  if (Error error = stretch(config, *rotary))
    return error;
  (void)config.find("rope_theta");
  model.layer.attention.rotary = *rotary;
  return Error::success();
}

namespace emblem::frontend {
Architecture gte() {
  return {.modelTypes = {"gte"},
          .models = "GTE v1.5, GTE multilingual",
          .keys = {.headSize = "head_dim"},
          .ignoredKeys = {"num_labels"},
          .mayBringCode = true,
          .names = names(),
          .adjust = adjust,
          .head = poolerHead};
}

Architecture gte_original() {
  return {.modelTypes = {"new"},
          .models = "GTE v1.5, GTE multilingual",
          .requiredValues = {{"position_embedding_type", "\"rope\""},
                             {"layer_norm_type", "\"layer_norm\""},
                             {"logn_attention_scale", "false"},
                             {"logn_attention_clip1", "false"},
                             {"pack_qkv", "true"}},
          .ignoredKeys = {"use_memory_efficient_attention", "unpad_inputs",
                          "num_labels"},
          .knowsAllKeys = true,
          .mayBringCode = true,
          .names = names(),
          .adjust = adjustOriginal,
          .head = poolerHead};
}
} // namespace emblem::frontend

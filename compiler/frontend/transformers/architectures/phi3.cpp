//===- phi3.cpp - Phi-3 (Microsoft, 2024) ---------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/transformers/architectures/families.h"

using namespace llvm;
using namespace emblem::frontend;

// The rotary settings with the older names of longrope under its own. There is
// no other kind but the default.
static Expected<JsonObject> renameKind(const JsonObject &config) {
  for (StringRef read : {"rope_theta", "partial_rotary_factor",
                         "original_max_position_embeddings"})
    (void)config.find(read);
  json::Object renamed;
  for (StringRef key : {"rope_scaling", "rope_parameters"}) {
    auto settings = config.child(key);
    if (!settings)
      return settings.takeError();
    StringRef kindKey = settings->find("rope_type") ? "rope_type" : "type";
    auto kind = settings->string(kindKey, "default");
    if (!kind)
      return kind.takeError();
    if (*kind == "su" || *kind == "yarn")
      renamed[key] = json::Object(
          settings->with(json::Object{{"rope_type", "longrope"}}).getObject());
    else if (*kind != "default" && *kind != "longrope")
      return settings->error(kindKey, "known are \"default\" and \"longrope\"");
  }
  return config.with(std::move(renamed));
}

static Error adjust(const JsonObject &config, Description &model) {
  Attention &attention = model.layer.attention;
  int64_t queries = attention.heads * attention.headSize;
  int64_t keys =
      (attention.keyValueHeads ? attention.keyValueHeads : attention.heads) *
      attention.headSize;
  Linear joined = weightNamed("layers.{}.self_attn.qkv_proj");
  attention.query = rowsOf(joined, 0, queries);
  attention.key = rowsOf(joined, queries, queries + keys);
  attention.value = rowsOf(joined, queries + keys, queries + 2 * keys);
  FeedForward &feedForward = model.layer.feedForward;
  int64_t inner = feedForward.innerSize;
  Linear gated = weightNamed("layers.{}.mlp.gate_up_proj");
  feedForward.gate = rowsOf(gated, 0, inner);
  feedForward.up = rowsOf(gated, inner, 2 * inner);
  auto settings = renameKind(config);
  if (!settings)
    return settings.takeError();
  if (Error error = readRotary(*settings, attention.headSize, {.partial = true})
                        .moveInto(attention.rotary))
    return error;
  return readWindow(config, model);
}

namespace emblem::frontend {
Architecture phi3() {
  return {.modelTypes = {"phi3"},
          .models = "Phi-3",
          .keys = {.headSize = "head_dim",
                   .keyValueHeads = "num_key_value_heads",
                   .normEpsilon = "rms_norm_eps"},
          .mask = {},
          .names = llamaNames(),
          .adjust = adjust,
          .head = lastTokenHead};
}
} // namespace emblem::frontend

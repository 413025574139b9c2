//===- t5_encoder.cpp - The encoder of T5 in a GGUF file ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/gguf/architectures.h"

using namespace llvm;
using namespace emblem::frontend;

// Where the buckets of distances end; the file does not say it, and no model
// has another.
static constexpr int64_t maxDistance = 128;

static Error adjust(const JsonObject &config, Description &model) {
  auto buckets = config.size("attention.relative_buckets_count");
  if (!buckets)
    return buckets.takeError();
  // The first layer's, for all.
  model.layer.attention.positionBias = {.table = "enc.blk.0.attn_rel_b.weight",
                                        .buckets = *buckets,
                                        .maxDistance = maxDistance};
  return Error::success();
}

namespace emblem::frontend::gguf {
Architecture t5_encoder() {
  Architecture row = architectureNamed("t5encoder", "Sentence-T5, GTR");
  row.keys.normEpsilon = "attention.layer_norm_rms_epsilon";
  row.ignoredKeys.insert(row.ignoredKeys.end(),
                         {"attention.layer_norm_epsilon",
                          "decoder_start_token_id", "decoder_block_count"});
  row.defaultActivation = "gelu_pytorch_tanh";
  row.names.finalNorm = rmsNormNamed("enc.output_norm");
  row.names.layer.normPlacement = NormPlacement::Pre;
  Attention &attention = row.names.layer.attention;
  attention.scale = 1.0; // it is in the weights
  attention.query = weightNamed("enc.blk.{}.attn_q");
  attention.key = weightNamed("enc.blk.{}.attn_k");
  attention.value = weightNamed("enc.blk.{}.attn_v");
  attention.output = weightNamed("enc.blk.{}.attn_o");
  attention.norm = rmsNormNamed("enc.blk.{}.attn_norm");
  FeedForward &feedForward = row.names.layer.feedForward;
  // Without a gate in the file, T5's first feed-forward, with ReLU.
  feedForward.gate = weightNamed("enc.blk.{}.ffn_gate");
  feedForward.up = weightNamed("enc.blk.{}.ffn_up");
  feedForward.down = weightNamed("enc.blk.{}.ffn_down");
  feedForward.norm = rmsNormNamed("enc.blk.{}.ffn_norm");
  row.adjust = adjust;
  return row;
}
} // namespace emblem::frontend::gguf

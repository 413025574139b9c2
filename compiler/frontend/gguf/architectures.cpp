//===- architectures.cpp - llama.cpp's embedding models -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/gguf/architectures.h"

#include "compiler/frontend/architecture/attention_config.h"

#include <limits>

using namespace llvm;
using namespace emblem::frontend;

// A declaration of each, and below a row of each.
#define EMBLEM_GGUF_ARCHITECTURE(name)                                         \
  namespace emblem::frontend::gguf {                                           \
  Architecture name();                                                         \
  }
#include "compiler/frontend/gguf/architectures.def"

ArrayRef<const Architecture *> emblem::frontend::gguf::allArchitectures() {
#define EMBLEM_GGUF_ARCHITECTURE(name) name(),
  static const Architecture rows[] = {
#include "compiler/frontend/gguf/architectures.def"
  };
  static const auto pointers = llvm::to_vector(llvm::make_pointer_range(rows));
  return pointers;
}

Architecture emblem::frontend::gguf::architectureNamed(StringRef modelType,
                                                       StringRef models) {
  Architecture row;
  row.modelTypes = {modelType};
  row.models = models;
  row.keys = {.hiddenSize = "embedding_length",
              .layerCount = "block_count",
              .heads = "attention.head_count",
              .headSize = "attention.key_length",
              .keyValueHeads = "attention.head_count_kv",
              .innerSize = "feed_forward_length",
              .activation = "", // the architecture's own
              .normEpsilon = "attention.layer_norm_epsilon",
              .positions = "context_length",
              .segments = "token_types"};
  // Not read: how the model was trained, and what is on top of it.
  row.knowsAllKeys = true;
  row.ignoredKeys = {"pooling_type", "rope.scaling.original_context_length",
                     "rope.scaling.finetuned", "final_logit_softcapping",
                     "tensor_data_layout"};
  // The metadata must have it: nothing stands in.
  row.defaultNormEpsilon = std::numeric_limits<double>::quiet_NaN();

  row.names.tokens.table = "token_embd.weight";
  Attention &attention = row.names.layer.attention;
  attention.query = weightNamed("blk.{}.attn_q");
  attention.key = weightNamed("blk.{}.attn_k");
  attention.value = weightNamed("blk.{}.attn_v");
  attention.output = weightNamed("blk.{}.attn_output");
  FeedForward &feedForward = row.names.layer.feedForward;
  feedForward.up = weightNamed("blk.{}.ffn_up");
  feedForward.down = weightNamed("blk.{}.ffn_down");
  return row;
}

Architecture emblem::frontend::gguf::preNormArchitecture(StringRef modelType,
                                                         StringRef models) {
  Architecture row = architectureNamed(modelType, models);
  row.keys.normEpsilon = "attention.layer_norm_rms_epsilon";
  row.defaultActivation = "silu";
  row.names.layer.normPlacement = NormPlacement::Pre;
  row.names.finalNorm = rmsNormNamed("output_norm");
  row.names.layer.attention.norm = rmsNormNamed("blk.{}.attn_norm");
  FeedForward &feedForward = row.names.layer.feedForward;
  feedForward.gate = weightNamed("blk.{}.ffn_gate");
  feedForward.norm = rmsNormNamed("blk.{}.ffn_norm");
  return row;
}

static Expected<double> readFactor(const JsonObject &config) {
  auto type = config.string("rope.scaling.type", "none");
  if (!type)
    return type.takeError();
  if (*type != "none" && *type != "linear")
    return config.error("rope.scaling.type",
                        "only \"none\" and \"linear\" are supported");
  auto factor = config.number("rope.scaling.factor", 1.0);
  if (!factor)
    return factor.takeError();
  if (!(*factor > 0))
    return config.error("rope.scaling.factor", "it must be positive");
  return *type == "linear" ? *factor : 1.0;
}

Expected<Rotary> emblem::frontend::gguf::readRotary(const JsonObject &config,
                                                    const Description &model,
                                                    StringRef baseKey,
                                                    double base, bool scaled) {
  Rotary rotary;
  rotary.size = model.layer.attention.headSize;
  if (config.find("rope.dimension_count"))
    if (Error error = config.size("rope.dimension_count").moveInto(rotary.size))
      return error;
  if (rotary.size > model.layer.attention.headSize || rotary.size % 2 != 0)
    return config.error("rope.dimension_count",
                        "it must be an even part of a head, which has " +
                            Twine(model.layer.attention.headSize));
  if (Error error = config.number(baseKey, base).moveInto(rotary.base))
    return error;
  if (!(rotary.base > 0))
    return config.error(baseKey, "it must be positive");
  auto factor = readFactor(config);
  if (!factor)
    return factor.takeError();
  if (scaled)
    rotary.factor = *factor;
  return rotary;
}

void emblem::frontend::gguf::splitFeedForward(FeedForward &feedForward) {
  Linear joined = weightNamed("blk.{}.ffn_up");
  feedForward.gate = rowsOf(joined, 0, feedForward.innerSize);
  feedForward.up =
      rowsOf(joined, feedForward.innerSize, 2 * feedForward.innerSize);
}

Expected<std::vector<LayerKind>>
emblem::frontend::gguf::readLocalLayers(const JsonObject &config,
                                        int64_t layers, int64_t period,
                                        bool firstIsGlobal) {
  StringRef key = "attention.sliding_window_pattern";
  const json::Value *value = config.find(key);
  const json::Array *flags = value ? value->getAsArray() : nullptr;
  if (!flags) {
    auto every = readSize(config, key, period);
    if (!every)
      return every.takeError();
    return readLayerPattern(config, layers, [&](int64_t layer) {
      return (layer + (firstIsGlobal ? 0 : 1)) % *every ? LayerKind::Local
                                                        : LayerKind::Global;
    });
  }
  if (static_cast<int64_t>(flags->size()) != layers ||
      !all_of(*flags, [](const json::Value &flag) {
        return flag.getAsBoolean().has_value();
      }))
    return config.error(key, "there must be true or false for each of " +
                                 Twine(layers) + " layers");
  return readLayerPattern(config, layers, [&](int64_t layer) {
    return *(*flags)[layer].getAsBoolean() ? LayerKind::Local
                                           : LayerKind::Global;
  });
}

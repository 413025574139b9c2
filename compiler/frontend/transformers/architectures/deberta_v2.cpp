//===- deberta_v2.cpp - DeBERTa v2 and v3 (He et al., 2021) ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/activation_names.h"
#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/transformers/architectures/families.h"

#include <cmath>

using namespace llvm;
using namespace emblem::frontend;

static Description names() {
  Description model = bertNames();
  model.position.reset();
  model.segment = {};
  const std::string layer = "encoder.layer.{}.attention.self.";
  Attention &attention = model.layer.attention;
  attention.query = linearNamed(layer + "query_proj");
  attention.key = linearNamed(layer + "key_proj");
  attention.value = linearNamed(layer + "value_proj");
  return model;
}

// "c2p|p2c", or a list of them.
static Expected<std::vector<StringRef>>
readPositionTypes(const JsonObject &config) {
  static constexpr StringLiteral known[] = {"c2p", "p2c"};
  std::vector<StringRef> types;
  const json::Value *value = config.find("pos_att_type");
  if (!value)
    return types;
  json::Array one{*value};
  const json::Array *list = value->getAsArray() ? value->getAsArray() : &one;
  for (const json::Value &entry : *list) {
    SmallVector<StringRef> parts;
    bool isText = !value->getAsArray() && entry.getAsString();
    isText ? entry.getAsString()->split(parts, '|')
           : parts.push_back(entry.getAsString().value_or(""));
    for (StringRef part : parts) {
      const StringLiteral *type = find_if(known, [&](StringRef name) {
        return isText ? part.trim().equals_insensitive(name) : part == name;
      });
      if (type == std::end(known))
        return config.error("pos_att_type", "known are c2p and p2c");
      types.push_back(*type);
    }
  }
  return types;
}

// A size that is -1 or 0 where there is none.
static Expected<std::optional<int64_t>> readPositive(const JsonObject &config,
                                                     StringRef key) {
  auto number = config.number(key, -1);
  if (!number)
    return number.takeError();
  if (!(*number > 0))
    return std::nullopt;
  auto size = config.size(key);
  if (!size)
    return size.takeError();
  return *size;
}

// What is added to the embeddings, and where they are normed.
static Error adjustEmbeddings(const JsonObject &config, Description &model) {
  auto absolute = config.boolean("position_biased_input", true);
  if (!absolute)
    return absolute.takeError();
  if (*absolute) {
    model.position = bertNames().position;
    model.position->count = model.maxTokens;
  }
  auto segments = readPositive(config, "type_vocab_size");
  if (!segments)
    return segments.takeError();
  if (*segments)
    model.segment = {**segments, bertNames().segment.table};
  auto size = readSize(config, "embedding_size", model.hiddenSize);
  if (!size)
    return size.takeError();
  if (*size == model.hiddenSize)
    return Error::success();
  model.embeddingSize = *size;
  model.embeddingProjection = weightNamed("embeddings.embed_proj");
  model.projectionNorm = std::move(model.embeddingNorm);
  model.embeddingNorm.reset();
  return Error::success();
}

static Error addRelativePositions(const JsonObject &config, Description &model,
                                  ArrayRef<StringRef> types) {
  auto shared = config.boolean("share_att_key", false);
  if (!shared)
    return shared.takeError();
  auto most = readPositive(config, "max_relative_positions");
  if (!most)
    return most.takeError();
  auto buckets = readPositive(config, "position_buckets");
  if (!buckets)
    return buckets.takeError();
  auto norm = config.string("norm_rel_ebd", "none");
  if (!norm)
    return norm.takeError();
  *norm = StringRef(*norm).trim().lower();
  if (*norm != "none" && *norm != "layer_norm")
    return config.error("norm_rel_ebd",
                        "known are \"none\" and \"layer_norm\"");
  if (types.empty())
    return Error::success();

  RelativePositions positions;
  positions.table = "encoder.rel_embeddings.weight";
  positions.span = most->value_or(model.maxTokens);
  if (*buckets) {
    positions.maxDistance = positions.span;
    positions.span = **buckets;
    if (int64_t least = positions.span / 2 + 2; *positions.maxDistance < least)
      return config.error(*most ? "max_relative_positions" : "position_buckets",
                          "distances up to " + Twine(*positions.maxDistance) +
                              " need no buckets; of " + Twine(positions.span) +
                              " there are at least " + Twine(least));
  }
  Attention &attention = model.layer.attention;
  if (*norm == "layer_norm") {
    positions.norm = normNamed("encoder.LayerNorm");
    positions.norm->epsilon = attention.norm.epsilon;
  }
  const std::string layer = "encoder.layer.{}.attention.self.";
  if (is_contained(types, "c2p"))
    positions.key =
        *shared ? attention.key : linearNamed(layer + "pos_key_proj");
  if (is_contained(types, "p2c"))
    positions.query =
        *shared ? attention.query : linearNamed(layer + "pos_query_proj");
  attention.relativePositions = positions;
  return Error::success();
}

static Error adjust(const JsonObject &config, Description &model) {
  auto types = readPositionTypes(config);
  if (!types)
    return types.takeError();
  // A score is a sum of so many dot products.
  double terms = 1 + is_contained(*types, "c2p") + is_contained(*types, "p2c");
  Attention &attention = model.layer.attention;
  attention.scale = 1 / std::sqrt(double(attention.headSize) * terms);
  if (Error error = adjustEmbeddings(config, model))
    return error;
  auto relative = config.boolean("relative_attention", false);
  if (!relative)
    return relative.takeError();
  if (!*relative)
    types->clear();
  if (Error error = addRelativePositions(config, model, *types))
    return error;
  auto convolution = readPositive(config, "conv_kernel_size");
  if (!convolution)
    return convolution.takeError();
  if (*convolution)
    return config.error("conv_kernel_size",
                        "the convolution beside the first layer is not "
                        "supported; only 0 is");
  return Error::success();
}

// BERT's, the pooler outside of the transformer and with a word of its own for
// the activation.
static Expected<ClassificationHead> readHead(const JsonObject &config,
                                             const Description &model) {
  auto size = readSize(config, "pooler_hidden_size", model.hiddenSize);
  if (!size)
    return size.takeError();
  if (*size != model.hiddenSize)
    return config.error("pooler_hidden_size", "only the hidden size, " +
                                                  Twine(model.hiddenSize) +
                                                  ", is supported");
  auto activation = readActivation(config, "pooler_hidden_act", "gelu");
  if (!activation)
    return activation.takeError();
  return ClassificationHead{
      PoolKind::Cls,
      {denseNamed("pooler.dense", *activation), denseNamed("classifier")}};
}

namespace emblem::frontend {
Architecture deberta_v2() {
  return {.modelTypes = {"deberta-v2"},
          .models = "DeBERTa v3, mDeBERTa, DeBERTa v2 without convolution",
          .keys = {.headSize = "attention_head_size", .segments = ""},
          .mask = {},
          .ignoredKeys = {"pooler_hidden_act", "pooler_hidden_size", "legacy",
                          "num_labels", "conv_act", "conv_groups",
                          "padding_idx"},
          .defaultNormEpsilon = 1e-7,
          .names = names(),
          .adjust = adjust,
          .head = readHead};
}
} // namespace emblem::frontend

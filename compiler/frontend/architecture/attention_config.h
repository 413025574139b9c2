//===- attention_config.h - Attention in config.json ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What several architectures write in the same way: how heads are turned, and
// which layers see only what is near.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ATTENTION_CONFIG_H
#define EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ATTENTION_CONFIG_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"

namespace emblem::frontend {

struct RotarySettings {
  double base = 10000.0; // where the file gives none
  /// The base's key, outside of "rope_parameters".
  llvm::StringRef baseKey = "rope_theta";
  /// The key of "rope_parameters" under which these are, where it has one for
  /// each kind of layer.
  llvm::StringRef layerType = "";
  bool scaled = true; // "rope_scaling" counts
  /// "partial_rotary_factor" says how much of a head is turned. Elsewhere
  /// transformers ignores it in the default kind, and fails in the others.
  bool partial = false;
};

/// How heads of `headSize` are turned; stretched as rotary_scaling.h says.
/// The settings are those of the first of "rope_scaling" and "rope_parameters"
/// that is there and not empty; what they lack, a key outside of them says,
/// and else the default. With a `layerType` they are the part of
/// "rope_parameters" of that name, under what "rope_scaling" says.
llvm::Expected<Rotary> readRotary(const JsonObject &config, int64_t headSize,
                                  const RotarySettings &settings = {});

/// "is_causal", which makes a decoder one whose tokens see all others.
llvm::Expected<bool> readCausal(const JsonObject &config);

/// What a token sees in a window of `size` tokens, itself among them where
/// `causal`; without a size, of the whole text.
struct Sight {
  std::optional<int64_t> before, after;
};
Sight getSight(std::optional<int64_t> size, bool causal);

/// The kinds of layers that "layer_types" lists, or where it is absent those of
/// `otherwise(layer)`; as the shortest pattern that, repeated, gives them all.
llvm::Expected<std::vector<LayerKind>>
readLayerPattern(const JsonObject &config, int64_t layers,
                 llvm::function_ref<LayerKind(int64_t layer)> otherwise);

/// Gives queries, keys, values and the result of attention, or the layers of
/// the feed-forward block, biases where `key` says so.
llvm::Error addAttentionBiases(const JsonObject &config, Description &model,
                               llvm::StringRef key = "attention_bias");
llvm::Error addFeedForwardBiases(const JsonObject &config, Description &model,
                                 llvm::StringRef key = "mlp_bias");

/// A size that may be absent.
llvm::Expected<int64_t> readSize(const JsonObject &config, llvm::StringRef key,
                                 int64_t fallback);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ATTENTION_CONFIG_H

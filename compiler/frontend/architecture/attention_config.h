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
  llvm::StringRef baseKey = "rope_theta";
  llvm::StringRef scalingKey = "rope_scaling"; // empty: never scaled
  /// The key of "rope_parameters" under which these are, where it has one for
  /// each kind of layer.
  llvm::StringRef layerType = "";
};

/// How heads of `headSize` are turned: from "rope_parameters", as transformers
/// 5 writes them, or from the older keys; stretched as rotary_scaling.h says.
llvm::Expected<Rotary> readRotary(const JsonObject &config, int64_t headSize,
                                  const RotarySettings &settings = {});

/// The kinds of layers that "layer_types" lists, or where it is absent those of
/// `otherwise(layer)`; as the shortest pattern that, repeated, gives them all.
llvm::Expected<std::vector<LayerKind>>
readLayerPattern(const JsonObject &config, int64_t layers,
                 llvm::function_ref<LayerKind(int64_t layer)> otherwise);

/// Success where all layers that "layer_types" may list are global.
llvm::Error requireGlobalLayers(const JsonObject &config, int64_t layers);

/// A size that may be absent.
llvm::Expected<int64_t> readSize(const JsonObject &config, llvm::StringRef key,
                                 int64_t fallback);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ATTENTION_CONFIG_H

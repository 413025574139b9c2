//===- families.h - Parts that architectures share --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_ARCHITECTURES_FAMILIES_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_ARCHITECTURES_FAMILIES_H

#include "compiler/frontend/architecture/architecture.h"

namespace emblem::frontend {

/// The names of Llama's weights, which its descendants kept.
Description llamaNames();
/// What all layers of a decoder see: the text before a token or, with
/// "sliding_window", so much of it.
llvm::Error readWindow(const JsonObject &config, Description &model);

/// The names of BERT's weights, which its descendants kept.
Description bertNames();
/// The settings of BERT that have one value here, and in its descendants:
/// others, and of what a token sees.
std::vector<RequiredValue> bertRequiredValues();
std::vector<RequiredValue> bertMask();

/// RoBERTa's positions, which count from the padding id + 1.
llvm::Error countFromPadding(const JsonObject &config, Description &model);

/// The names of Gemma's weights, without the norms of heads; norms hold what is
/// added to 1.
Description gemmaNames();
Norm gemmaNorm(const std::string &name);
/// What Gemma 2 and 3 share: the scales of tokens and of scores, and biases.
llvm::Error readGemma(const JsonObject &config, Description &model);

/// The names of ViT's weights that DINOv2 shares: patches and attention.
Description visionNames();
/// The keys of a model of images: no vocabulary, no positions.
inline ConfigKeys visionKeys() {
  return {.vocabularySize = "", .positions = "", .segments = ""};
}
/// What config.json says of images, and whether queries, keys and values are
/// biased.
llvm::Error readVision(const JsonObject &config, Description &model);

/// The names of the weights of CLIP's towers, which SigLIP kept.
Description textTowerNames();
Description imageTowerNames();

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_ARCHITECTURES_FAMILIES_H

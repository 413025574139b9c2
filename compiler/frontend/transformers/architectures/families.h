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

/// The names of BERT's weights, which its descendants kept.
Description bertNames();
/// The settings of BERT that have one value here, and in its descendants.
std::vector<RequiredValue> bertRequiredValues();

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

//===- two_towers.h - A model of texts and one of images --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// CLIP and SigLIP: config.json has one configuration in another for each of two
// towers, whose vectors are of one space.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_TWO_TOWERS_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_TWO_TOWERS_H

#include "compiler/files/json_file.h"

namespace emblem::frontend {

/// Whether the model of this config.json has two towers.
bool hasTwoTowers(const JsonObject &config);

/// The towers' configurations, that of texts first, each as if it stood alone;
/// or the one that the class in `architectures` is. Vectors are those of
/// transformers' get_text_features and get_image_features, which are not
/// normalised.
llvm::Expected<std::vector<JsonObject>> readTowers(const JsonObject &config);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_TWO_TOWERS_H

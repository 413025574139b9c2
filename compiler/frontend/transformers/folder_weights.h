//===- folder_weights.h - The weights of a model folder ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_FOLDER_WEIGHTS_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_FOLDER_WEIGHTS_H

#include "compiler/frontend/architecture/model_folders.h"
#include "compiler/frontend/transformers/adapters.h"
#include "compiler/weights/weight_store.h"

namespace emblem::frontend {

/// Finds the transformer's file, and what stands before its names there, those
/// of a classifier's head included. With an adapter, names are of what it
/// merges.
llvm::Error addWeights(const ModelFolders &folders,
                       const std::optional<Adapter> &adapter,
                       Description &model);

/// Opens the transformer's file, which addWeights has found.
llvm::Expected<std::unique_ptr<WeightStore>>
openWeights(const ModelFolders &folders, const Description &model);

/// Old checkpoints call a norm's scale and shift gamma and beta.
void useOldNormName(const WeightStore &store, std::string &name);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_FOLDER_WEIGHTS_H

//===- m3_heads.h - BGE M3's sparse and multi-vector heads ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_M3_HEADS_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_M3_HEADS_H

#include "compiler/description/description.h"
#include "compiler/frontend/architecture/model_folders.h"

namespace emblem::frontend {

/// Adds the outputs whose layers lie beside the model (Chen et al., "BGE
/// M3-Embedding", 2024): FlagEmbedding's sparse_linear.pt and colbert_linear.pt,
/// or m3_heads.safetensors with the weights and biases of both under those
/// names. Without such a file the model is dense alone, as Sentence Transformers
/// takes it.
llvm::Error addM3Heads(const ModelFolders &folders, Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_M3_HEADS_H

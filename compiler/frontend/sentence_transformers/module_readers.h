//===- module_readers.h - Readers of a module's own folder ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_MODULE_READERS_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_MODULE_READERS_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"

#include "llvm/Support/Error.h"

namespace emblem::frontend {

// `root` is the model's folder, `path` the module's own, relative to it.

/// Fills in how texts are pooled to one dense vector.
llvm::Error addPooling(llvm::StringRef root, llvm::StringRef path,
                       Description &model);

/// Fills in how logits become one sparse vector; `model.sparse` has the head.
llvm::Error addSpladePooling(llvm::StringRef root, llvm::StringRef path,
                             Description &model);

/// What Sentence Transformers calls a text's vector, and its tokens' rows.
inline constexpr llvm::StringLiteral sentenceFeature = "sentence_embedding";
inline constexpr llvm::StringLiteral tokenFeature = "token_embeddings";

/// A Dense that takes `feature` and gives `written`; one that names none means
/// `usual`.
llvm::Expected<Dense> readDense(llvm::StringRef root, llvm::StringRef path,
                                llvm::StringRef feature, llvm::StringRef usual,
                                llvm::StringRef written);

/// Whether a Normalize scales `feature`: another one is not there yet, or is no
/// longer read.
llvm::Expected<bool> readNormalize(llvm::StringRef root, llvm::StringRef path,
                                   llvm::StringRef feature);

/// A LayerNorm over vectors of `width`, and the file of its weights.
llvm::Expected<std::pair<Norm, std::string>>
readLayerNorm(llvm::StringRef root, llvm::StringRef path, int64_t width);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_MODULE_READERS_H

//===- cross_encoder.h - Sentence Transformers' rerankers -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_CROSS_ENCODER_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_CROSS_ENCODER_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"
#include "compiler/frontend/architecture/model_folders.h"

namespace emblem::frontend {

/// Fills in how Sentence Transformers' CrossEncoder uses the head that
/// describeTransformer() has found: the activation of the scores, and whether
/// the tokenizer's types tell the first text from the second. `config` is
/// config.json and `settings` is config_sentence_transformers.json; without a
/// word of it one score is a sigmoid and several are as they come.
llvm::Error addCrossEncoder(const ModelFolders &folders,
                            const JsonObject &config,
                            const JsonObject &settings, Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_CROSS_ENCODER_H

//===- logit_score.h - Scores by the words that come next -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_LOGIT_SCORE_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_LOGIT_SCORE_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"
#include "compiler/frontend/architecture/model_folders.h"

namespace emblem::frontend {

/// Makes a transformer that writes text a reranker, as the LogitScore module in
/// the folder `path` says: a pair's score is the logit of one token after the
/// last, less that of another where there is one. So the head is a row of the
/// layer of logits, or the difference of two. `model` has its weights already.
llvm::Error addLogitScore(const ModelFolders &folders, llvm::StringRef path,
                          const JsonObject &config, Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_LOGIT_SCORE_H

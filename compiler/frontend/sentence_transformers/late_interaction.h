//===- late_interaction.h - ColBERT's folders -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_LATE_INTERACTION_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_LATE_INTERACTION_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"
#include "compiler/frontend/architecture/model_folders.h"
#include "compiler/frontend/sentence_transformers/modules.h"

namespace emblem::frontend {

/// Whether config.json is of the classic ColBERT, which has no modules.json.
bool isStanfordColbert(const JsonObject &config);

/// Fills in the vectors of tokens and the prompts "query" and "document": their
/// marker tokens, lengths, expansion and the tokens that do not count, as the
/// folder says in the way of Sentence Transformers' MultiVectorEncoder, of
/// PyLate, or of Stanford's ColBERT (artifact.metadata). `model` has its
/// weights, its tokenizer and its texts' prompts.
llvm::Error addLateInteraction(const ModelFolders &folders,
                               llvm::ArrayRef<Module> modules,
                               Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_LATE_INTERACTION_H

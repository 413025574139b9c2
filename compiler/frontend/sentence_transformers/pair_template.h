//===- pair_template.h - The chat template of a CrossEncoder ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_PAIR_TEMPLATE_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_PAIR_TEMPLATE_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"
#include "compiler/frontend/architecture/model_folders.h"
#include "compiler/frontend/transformers/tasks.h"

namespace emblem::frontend {

/// Whether sentence_bert_config.json says that texts become messages, which a
/// chat template puts together.
bool takesMessages(const JsonObject &config);

/// Fills in `pairText` where a reranker's pairs become messages, of the roles
/// query and document. A prompt is a message before them, of the role system:
/// the default one, or the one that `task` names.
llvm::Error addPairText(const ModelFolders &folders, Task &task,
                        Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_PAIR_TEMPLATE_H

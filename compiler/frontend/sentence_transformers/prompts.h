//===- prompts.h - Prompts before texts -------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_PROMPTS_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_PROMPTS_H

#include "compiler/description/description.h"
#include "compiler/frontend/architecture/model_folders.h"
#include "compiler/frontend/transformers/tasks.h"

namespace emblem::frontend {

/// Fills in the prompts.
llvm::Error addPrompts(const ModelFolders &folders, Description &model);

/// Makes the prompt that Sentence Transformers takes for the task the default
/// one, where there is one.
void usePromptOf(const Task &task, Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_PROMPTS_H

//===- folder_text.h - A folder's settings for texts ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_FOLDER_TEXT_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_FOLDER_TEXT_H

#include "compiler/frontend/architecture/architecture.h"

namespace emblem::frontend {

/// Fills in the tokenizer and lowers `maxTokens` to what the folder says of its
/// texts.
llvm::Error addText(const ModelFolders &folders, Description &model,
                    Purpose purpose = Purpose::Embed);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_FOLDER_TEXT_H

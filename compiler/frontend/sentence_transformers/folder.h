//===- folder.h - A Hugging Face model folder -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_FOLDER_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_FOLDER_H

#include "compiler/frontend/architecture/model_choices.h"

#include "llvm/Support/Error.h"

namespace emblem::frontend {

/// Describes the model in a folder of transformers or Sentence Transformers; of
/// two towers, that of texts is the first. Without modules.json, and without a
/// word of `choices`, it is assumed to be mean pooling and no normalisation, as
/// Sentence Transformers takes such a folder. The description's paths are
/// relative to `folder`. Whatever would change the vectors and is not known is
/// refused, and so is a task (tasks.h) that the folder does not have, or none
/// where it does.
llvm::Expected<std::vector<Description>>
readHuggingFaceFolder(llvm::StringRef folder, const ModelChoices &choices);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_FOLDER_H

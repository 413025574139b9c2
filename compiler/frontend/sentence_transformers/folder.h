//===- folder.h - A Hugging Face model folder -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_FOLDER_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_FOLDER_H

#include "compiler/description/description.h"
#include "compiler/frontend/architecture/architecture.h"

#include "llvm/Support/Error.h"

#include <string>

namespace emblem::frontend {

/// The folders of one model. Sentence Transformers may keep the transformer in
/// a folder of its own, such as 0_Transformer.
struct ModelFolders {
  std::string root;
  std::string transformer;     // absolute
  std::string transformerPath; // relative to root; may be empty

  std::string relative(llvm::StringRef file) const {
    return transformerPath.empty() ? file.str()
                                   : transformerPath + "/" + file.str();
  }
};

/// Describes the model in a folder of transformers or Sentence Transformers.
/// Without modules.json it is mean pooling and no normalisation, as Sentence
/// Transformers takes such a folder. The description's paths are relative to
/// `folder`. Whatever would change the vectors and is not known is refused, and
/// so is a `task` (tasks.h) that the folder does not have, or none where it
/// does.
llvm::Expected<Description> readHuggingFaceFolder(llvm::StringRef folder,
                                                  llvm::StringRef task);

/// Fills in the tokenizer and lowers `maxTokens` to what the folder says of its
/// texts.
llvm::Error addText(const ModelFolders &folders, Description &model,
                    Purpose purpose = Purpose::Embed);
/// Fills in the prompts.
llvm::Error addPrompts(const ModelFolders &folders, Description &model);
/// The folder's name as a symbol.
std::string nameOfFolder(llvm::StringRef folder);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_FOLDER_H

//===- model_folders.h - Places of a model's files --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_MODEL_FOLDERS_H
#define EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_MODEL_FOLDERS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"

#include <string>

namespace emblem::frontend {

/// The folders of one model. Sentence Transformers may keep the transformer in
/// a folder of its own, such as 0_Transformer.
struct ModelFolders {
  std::string root;
  std::string transformer;     // absolute
  std::string transformerPath; // relative to root; may be empty
  /// What Sentence Transformers hands to transformers' tokenizer: keys above
  /// those of tokenizer_config.json.
  llvm::json::Object tokenizerArguments = {};

  std::string relative(llvm::StringRef file) const {
    return transformerPath.empty() ? file.str()
                                   : transformerPath + "/" + file.str();
  }
};

/// The folder's name as a symbol.
std::string nameOfFolder(llvm::StringRef folder);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_MODEL_FOLDERS_H

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
  /// Of a model that is adapted (PEFT): the folders of its config.json and
  /// weights, and of what adapts it, both absolute; else empty.
  std::string base, adapter;

  /// Where config.json and the weights lie.
  const std::string &model() const { return base.empty() ? transformer : base; }

  std::string relative(llvm::StringRef file) const {
    return transformerPath.empty() ? file.str()
                                   : transformerPath + "/" + file.str();
  }
};

/// The file of the weights in a folder, or the index of several, in the order in
/// which transformers looks for them: safetensors, then PyTorch's. Empty where
/// there is none.
llvm::StringRef findWeightFile(llvm::StringRef folder);

/// The folder's name as a symbol.
std::string nameOfFolder(llvm::StringRef folder);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_MODEL_FOLDERS_H

//===- modules.h - Sentence Transformers' modules.json ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A Sentence Transformers model is a list of modules, each with its own folder.
// Which lists there are, isExpectedOrder says.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_HUGGINGFACE_MODULES_H
#define EMBLEM_COMPILER_FRONTEND_HUGGINGFACE_MODULES_H

#include "compiler/frontend/description.h"

#include "llvm/Support/Error.h"

namespace emblem::frontend {

enum class ModuleKind {
  Transformer,
  StaticEmbedding,
  Pooling,
  SpladePooling,
  Dense,
  LayerNorm,
  MultiVectorMask,
  Normalize
};

struct Module {
  ModuleKind kind;
  std::string path; // its folder, relative to the model's; may be empty
};

/// Reads `folder`/modules.json. Only a list that a Description can say is
/// accepted.
llvm::Expected<std::vector<Module>> readModuleList(llvm::StringRef folder);

bool has(llvm::ArrayRef<Module> modules, ModuleKind kind);

/// Whether the model has a vector for each token (late_interaction.h).
bool isLateInteraction(llvm::ArrayRef<Module> modules);

/// Fills in pooling, norms, dense and normalize, or the pooling of logits; not
/// what isLateInteraction. `model` already has its hidden size, its prompts and
/// its head for masked words.
llvm::Error addModules(llvm::StringRef folder, llvm::ArrayRef<Module> modules,
                       Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_HUGGINGFACE_MODULES_H

//===- modules.h - Sentence Transformers' modules.json ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A Sentence Transformers model is a list of modules: a Transformer and a
// Pooling, or a StaticEmbedding, any number of Dense, and perhaps a Normalize.
// Each has its own folder. A Router among them stands for some of them, by
// task.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_HUGGINGFACE_MODULES_H
#define EMBLEM_COMPILER_FRONTEND_HUGGINGFACE_MODULES_H

#include "compiler/frontend/huggingface/tasks.h"

namespace emblem::frontend {

enum class ModuleKind {
  Transformer,
  StaticEmbedding,
  Pooling,
  Dense,
  Normalize
};

struct Module {
  ModuleKind kind;
  std::string path; // its folder, relative to the model's; may be empty
  /// A Transformer whose code is in the model's folder.
  bool bringsCode = false;
};

/// Reads `folder`/modules.json, with the modules of `task` in a Router's place.
/// Only a list that a Description can say is
/// accepted: one Transformer and one Pooling, or one StaticEmbedding; Dense
/// modules; then Normalize. Of a CrossEncoder: one Transformer.
llvm::Expected<std::vector<Module>>
readModuleList(llvm::StringRef folder, Task &task, bool isCrossEncoder = false);

/// Fills in pooling, dense and normalize. `model` already has its hidden size
/// and its prompts.
llvm::Error addModules(llvm::StringRef folder, llvm::ArrayRef<Module> modules,
                       Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_HUGGINGFACE_MODULES_H

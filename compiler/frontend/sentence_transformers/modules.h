//===- modules.h - Sentence Transformers' modules.json ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A Sentence Transformers model is a list of modules, each with its own folder.
// Which lists there are, isExpectedOrder says. A Router among them stands for
// some of them, by task.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_MODULES_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_MODULES_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"
#include "compiler/frontend/transformers/tasks.h"

namespace emblem::frontend {

enum class ModuleKind {
  Transformer,
  StaticEmbedding,
  TwoTowers, // of texts and images, which pool themselves
  Pooling,
  WeightedLayerPooling,
  SpladePooling,
  Dense,
  Dropout,
  LayerNorm,
  MultiVectorMask,
  LogitScore,
  Normalize
};

struct Module {
  ModuleKind kind;
  std::string path; // its folder, relative to the model's; may be empty
  /// A Transformer whose code is in the model's folder.
  bool bringsCode = false;
};

/// Reads `folder`/modules.json, with the modules of `task` in a Router's place.
/// Only a list that a Description can say is accepted; of a CrossEncoder one
/// Transformer.
llvm::Expected<std::vector<Module>>
readModuleList(llvm::StringRef folder, Task &task, bool isCrossEncoder = false);

bool has(llvm::ArrayRef<Module> modules, ModuleKind kind);

/// Whether the model has a vector for each token (late_interaction.h).
bool isLateInteraction(llvm::ArrayRef<Module> modules);

/// The error of a WeightedLayerPooling that weighs layers: the model's
/// config.json asks for the rows of them all. Without that it does nothing.
llvm::Error checkLayerPooling(llvm::ArrayRef<Module> modules,
                              const JsonObject &config);

/// Fills in pooling, what is before and behind it, or the pooling of logits; not
/// what isLateInteraction. `model` already has its hidden size, its prompts and
/// its head for masked words. `givesScores`: the last module, a Dense.
llvm::Error addModules(llvm::StringRef folder, llvm::ArrayRef<Module> modules,
                       Description &model, bool givesScores = false);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_MODULES_H

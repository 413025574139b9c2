//===- adapters.h - A transformer's adapters by task ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Jina Embeddings v3 (Sturua et al., 2024) keeps LoRA adapters beside its
// weights: of a layer "x.weight" the files hold "x.parametrizations.weight."
// and then "original", "0.lora_A" and "0.lora_B", the latter two with a matrix
// for each of the config's "lora_adaptations". The chosen one is merged.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_ADAPTERS_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_ADAPTERS_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"
#include "compiler/frontend/transformers/tasks.h"
#include "compiler/weights/weight_store.h"

#include <optional>

namespace emblem::frontend {

/// One of the adapters of a config.json.
struct Adapter {
  int64_t index = 0;  // in the stacks of matrices
  double scale = 1.0; // of their product
  Prompt instruction; // what is put before the task's texts; may be empty

  /// The weight that files without adapters call `name`: the sum of both where
  /// the store has an adapter of it.
  WeightExpression weightOf(llvm::StringRef name,
                            const WeightStore &store) const;
};

/// The adapter of the task that is asked for; none where the file has none.
llvm::Expected<std::optional<Adapter>> readAdapter(const JsonObject &config,
                                                   Task &task);

/// What a file with adapters calls the weight `name`, before it is adapted.
std::string originalName(llvm::StringRef name);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_ADAPTERS_H

//===- ernie.cpp - ERNIE (Sun et al., 2020) -------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"

using namespace emblem::frontend;

// BERT, and the kind of task that a text is of, the first where none is said.
static llvm::Error addTask(const JsonObject &config, Description &model) {
  auto present = config.boolean("use_task_id", false);
  if (!present)
    return present.takeError();
  if (!*present)
    return llvm::Error::success();
  model.task.table = "embeddings.task_type_embeddings.weight";
  return config.size("task_type_vocab_size").moveInto(model.task.count);
}

namespace emblem::frontend {
Architecture ernie() {
  return {.modelTypes = {"ernie"},
          .models = "ERNIE, text2vec-base-chinese-paraphrase",
          .mask = bertMask(),
          .requiredValues = bertRequiredValues(),
          .ignoredKeys = {"task_type_vocab_size"},
          .names = bertNames(),
          .adjust = addTask,
          .head = poolerHead};
}
} // namespace emblem::frontend

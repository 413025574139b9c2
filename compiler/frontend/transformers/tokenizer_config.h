//===- tokenizer_config.h - Keys of tokenizer_config.json -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_TOKENIZER_CONFIG_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_TOKENIZER_CONFIG_H

#include "compiler/files/json_file.h"
#include "compiler/frontend/architecture/model_folders.h"

namespace emblem::frontend {

/// tokenizer_config.json, and in place of its fields what Sentence Transformers
/// hands to the tokenizer; without keys where there is neither.
llvm::Expected<JsonObject> readTokenizerConfig(const ModelFolders &folders);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_TOKENIZER_CONFIG_H

//===- transformer_file.h - The Transformer module's own file ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Beside a transformer Sentence Transformers keeps a file with the arguments of
// its Transformer module: how long texts are, what the model is for, and what
// is handed on to transformers' config, model and tokenizer. It has had seven
// names, after the families that there once were modules for.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_TRANSFORMER_FILE_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_TRANSFORMER_FILE_H

#include "compiler/files/json_file.h"
#include "compiler/frontend/architecture/model_folders.h"

namespace emblem::frontend {

/// The first of those files that says anything; an object without keys where
/// there is none, or no modules.json: without it the file does not count.
llvm::Expected<JsonObject> readTransformerFile(const ModelFolders &folders);

/// The same; success where the file holds nothing but what is read somewhere or
/// changes no vector. `folders` then has what goes to the tokenizer.
/// `isLateInteraction`: lengths of queries and documents are read.
llvm::Expected<JsonObject> openTransformerFile(ModelFolders &folders,
                                               bool isLateInteraction);

/// config.json with the file's `config_args` in place of its own fields. Those
/// from which transformers computes other settings are refused.
llvm::Expected<JsonObject> applyConfigArguments(const JsonObject &file,
                                                JsonObject config);

/// Where texts are cut by the file: what it hands to the tokenizer, or else its
/// `max_seq_length`; none where it says neither.
llvm::Expected<std::optional<int64_t>>
readTextLimit(const JsonObject &file, const ModelFolders &folders);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_TRANSFORMER_FILE_H

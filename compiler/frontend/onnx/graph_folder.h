//===- graph_folder.h - The files beside a graph ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ONNX_GRAPH_FOLDER_H
#define EMBLEM_COMPILER_FRONTEND_ONNX_GRAPH_FOLDER_H

#include "compiler/frontend/architecture/model_choices.h"
#include "compiler/frontend/architecture/model_folders.h"

#include <set>

namespace emblem::frontend::onnx {

/// The folder that has the tokenizer of the graph in this file: its own, or else
/// that folder's parent; of a folder "onnx" the parent first, where it has a
/// modules.json.
ModelFolders findFolders(llvm::StringRef path);

/// Fills in what those files say: of texts, prompts and, where the output of the
/// graph in the file `path` is not pooled, modules, or else what `choices` say;
/// of a model of pairs, what its scores go through (the last of `dense`) and
/// whether its tokens have types.
llvm::Error addFolder(ModelFolders folders, llvm::StringRef path, bool pooled,
                      const ModelChoices &choices, Description &description);

/// Success where the graph in the file `path` compares the ids of texts with
/// none, or a model of pairs with config.json's padding alone: heads of
/// decoders ask so for the last token.
llvm::Error checkComparedIds(const std::set<int64_t> &ids, llvm::StringRef path,
                             const ModelFolders &folders,
                             const Description &description);

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FRONTEND_ONNX_GRAPH_FOLDER_H

//===- folder_graphs.h - Folders that hold graphs alone ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_FOLDER_GRAPHS_H
#define EMBLEM_COMPILER_FRONTEND_FOLDER_GRAPHS_H

#include "compiler/description/description.h"

#include "llvm/Support/Error.h"

namespace emblem::frontend {

/// What is compiled where `path` is named: itself, but of a model folder that
/// has exported graphs and no weights of its own the graph that Sentence
/// Transformers takes, onnx/model.onnx or model.onnx. What was taken instead is
/// added to `assumptions`. The error lists the graphs where neither is there,
/// or says that OpenVINO's are not read.
llvm::Expected<std::string> chooseSource(llvm::StringRef path,
                                         std::vector<Assumption> &assumptions);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_FOLDER_GRAPHS_H

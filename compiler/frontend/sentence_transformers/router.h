//===- router.h - Sentence Transformers' Router -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A Router (formerly Asym) stands for one of several chains of modules: one for
// queries and one for documents, for example. Its file names the chains, the
// modules of each and their types; each module has a folder in the Router's
// own.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_ROUTER_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_ROUTER_H

#include "compiler/frontend/transformers/tasks.h"

#include <string>
#include <vector>

namespace emblem::frontend {

/// A module of a chain as its file has it.
struct RoutedModule {
  std::string type; // "sentence_transformers.models.Pooling"
  std::string path; // relative to the model's folder
};

/// The chain that the task takes, where the Router of the model `folder` is in
/// the folder `path` of it; and the file that says so. A Router that sends
/// texts of any task one way needs no task.
struct Route {
  std::string file;
  std::vector<RoutedModule> modules;
};
llvm::Expected<Route> readRoute(llvm::StringRef folder, llvm::StringRef path,
                                Task &task);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_ROUTER_H

//===- tasks.h - The choice among a model's tasks ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Some folders hold a model for each of several tasks: routes of modules for
// queries and for documents, or adapters of one transformer. One of them is
// compiled.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_TASKS_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_TASKS_H

#include "llvm/Support/Error.h"

namespace emblem::frontend {

/// The task that is asked for, and whether the model turned out to have any.
class Task {
public:
  explicit Task(llvm::StringRef name) : name(name) {}

  /// Success where the name is one of `tasks`, which are those of the file
  /// `path`; else an error that lists them.
  llvm::Error choose(llvm::StringRef path, llvm::ArrayRef<std::string> tasks);
  /// The error of a name that nothing has asked for.
  llvm::Error checkUsed(llvm::StringRef model) const;

  llvm::StringRef getName() const { return name; }
  bool isUsed() const { return used; }

private:
  llvm::StringRef name; // empty: none is asked for
  bool used = false;
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_TASKS_H

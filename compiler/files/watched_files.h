//===- watched_files.h - Files that change while they are read --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A model's files are mapped, and read as their values are needed. Where one is
// written meanwhile, a vector would be made of two models; where one is cut,
// the system has no bytes to give and ends the process.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_WATCHED_FILES_H
#define EMBLEM_COMPILER_FILES_WATCHED_FILES_H

#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

namespace emblem::frontend {

/// Remembers a file that `buffer` has the bytes of, and how it was when it was
/// opened. Any thread may call it.
void watchFile(llvm::StringRef path, const llvm::sys::fs::file_status &status,
               const llvm::MemoryBuffer &buffer);

/// The error names a file that was written since it was opened. One that another
/// took the place of is still read as it was.
llvm::Error checkWatchedFiles();

/// Has a file that is cut while it is mapped end the process with a sentence and
/// exit code 1, in place of a signal. `program` is a literal.
void reportCutFiles(const char *program);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_WATCHED_FILES_H

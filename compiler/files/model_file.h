//===- model_file.h - The files of a model, and their places ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_MODEL_FILE_H
#define EMBLEM_COMPILER_FILES_MODEL_FILE_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>

namespace emblem::frontend {

/// An ordinary file of text, 256 MiB at most, a zero byte behind it, watched.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readTextFile(llvm::StringRef path);

/// An ordinary file of bytes, mapped where it is large (watched_files.h).
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
mapFile(llvm::StringRef path);

/// "'path' is damaged: " and then `what`.
llvm::Error damagedFile(llvm::StringRef path, const llvm::Twine &what);

/// `path` as `directory` has it; an absolute path stays.
std::string resolvePath(llvm::StringRef directory, llvm::StringRef path);

/// Whether there is such a file, or a link of that name: one that leads nowhere
/// is for the reader to complain of.
bool isThere(llvm::StringRef path);

/// The folder that holds `file`, "." where the path names none.
std::string folderOf(llvm::StringRef file);

/// `path`, which `from` is the base of, as seen from the folder `to`; absolute
/// where the two share only the root, or where `to` is empty. Links in the two
/// folders are followed, so that ".." means what it says.
std::string rebasePath(llvm::StringRef path, llvm::StringRef from,
                       llvm::StringRef to);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_MODEL_FILE_H

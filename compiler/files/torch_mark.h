//===- torch_mark.h - The first bytes of PyTorch's files --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_TORCH_MARK_H
#define EMBLEM_COMPILER_FILES_TORCH_MARK_H

#include "llvm/ADT/StringRef.h"

namespace emblem::frontend {

/// A zip archive's, of PyTorch from 1.6 on.
inline constexpr llvm::StringLiteral zipMark("PK\x03\x04");

/// Whether a file of these bytes is PyTorch's; before 1.6 it is a pickle.
inline bool beginsAsTorchFile(llvm::StringRef bytes) {
  return bytes.starts_with(zipMark) || bytes.starts_with("\x80");
}

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_TORCH_MARK_H

//===- printable_text.h - Strangers' text within a sentence -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_PRINTABLE_TEXT_H
#define EMBLEM_COMPILER_FILES_PRINTABLE_TEXT_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace emblem::frontend {

/// Of a name or a value that a file chooses, what an error shows.
inline constexpr size_t mostPrintedBytes = 100;

/// `text` as UTF-8 in one line: bytes that are no UTF-8, and characters that
/// end the line, move the cursor or turn the direction, as \n, \x9B or \u202E.
/// Of a text of more than `most` bytes the middle is "...". What is printable
/// already stays as it is.
std::string printableText(llvm::StringRef text, size_t most = mostPrintedBytes);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_PRINTABLE_TEXT_H

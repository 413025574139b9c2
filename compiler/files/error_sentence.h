//===- error_sentence.h - An error as it is printed -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_ERROR_SENTENCE_H
#define EMBLEM_COMPILER_FILES_ERROR_SENTENCE_H

#include "llvm/Support/Error.h"

#include <string>

namespace emblem::frontend {

/// The error's message in one line. Files choose the names that it holds: their
/// control characters are escaped, so that no name ends the line or moves the
/// cursor.
std::string toSentence(llvm::Error error);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_ERROR_SENTENCE_H

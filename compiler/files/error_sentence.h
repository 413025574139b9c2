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

/// The error's message in one line of UTF-8. Files choose the names that it
/// holds: each is printableText() (printable_text.h) of 500 bytes at most.
std::string toSentence(llvm::Error error);

/// Has what LLVM cannot go on after, such as a thread or memory that the system
/// does not give, end the process with a sentence and exit code 1. `program` is
/// a literal.
void sayFatalErrors(const char *program);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_ERROR_SENTENCE_H

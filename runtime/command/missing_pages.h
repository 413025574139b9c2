//===- missing_pages.h - Mapped files that are cut --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The system ends a process that reads where a mapped file has no bytes any
// more: it was cut, or its disk fails. A program says so instead.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_MISSING_PAGES_H
#define EMBLEM_RUNTIME_COMMAND_MISSING_PAGES_H

#include <cstddef>

namespace emblem::command {

/// Ends the program with a sentence and exit code 1 from now on, where the
/// system would end it by a signal.
void reportMissingPages();

/// The file that the sentence names for these addresses; for all others it is
/// the program itself. One file at a time; `path` lives as long as the program.
void nameMappedFile(const void *begin, size_t bytes, const char *path);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_MISSING_PAGES_H

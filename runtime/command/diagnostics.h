//===- diagnostics.h - Sentences on standard error --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// One sentence each, "PROGRAM: error: ...", and the exit code that goes with
// it, so that a command can `return badInput(...)`.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_DIAGNOSTICS_H
#define EMBLEM_RUNTIME_COMMAND_DIAGNOSTICS_H

#include <cstdarg>
#include <string>

namespace emblem::command {

/// The last part of `path`, which must outlive every call below.
void setProgramName(const char *path);
const char *programName();

/// Returns 1: the input, or the machine, is at fault.
[[gnu::format(printf, 1, 2)]] int badInput(const char *format, ...);
/// Returns 2: the command line is at fault.
[[gnu::format(printf, 1, 2)]] int badUsage(const char *format, ...);
[[gnu::format(printf, 1, 2)]] void warn(const char *format, ...);
/// What is no fault: "NAME: sentence".
[[gnu::format(printf, 1, 2)]] void announce(const char *format, ...);

/// printf into a string.
[[gnu::format(printf, 1, 2)]] std::string formatText(const char *format, ...);
std::string formatText(const char *format, va_list arguments);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_DIAGNOSTICS_H

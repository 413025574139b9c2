//===- whole_file.h - Whether a model's file can be used --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_WHOLE_FILE_H
#define EMBLEM_RUNTIME_PLATFORM_WHOLE_FILE_H

#include <cstdint>

namespace emblem::platform {

/// How many bytes a program or shared library lacks at its end, as a copy that
/// broke off does: its weights would read as zeros, or not at all. 0 where all
/// is there, and of what is no such file or cannot be read.
int64_t countMissingBytes(const char *path);
/// Of the program that runs.
int64_t countMissingBytesOfProgram();
/// Whether a program or shared library is for another architecture than this
/// code; false of what is no such file or cannot be read.
bool isForeign(const char *path);
/// Opens its file to be read; -1: errno says why.
int openOwnProgram();

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_WHOLE_FILE_H

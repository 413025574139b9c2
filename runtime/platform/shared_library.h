//===- shared_library.h - Shared libraries by their paths -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_SHARED_LIBRARY_H
#define EMBLEM_RUNTIME_PLATFORM_SHARED_LIBRARY_H

namespace emblem::platform {

/// Opens the library for its own symbols alone; null: openProblem() says why.
/// A path without a slash is in the working folder, as any file's.
void *openLibrary(const char *path);
/// The same, but that a name without a slash is in the system's folders.
void *openSystemLibrary(const char *name);
void closeLibrary(void *library);
/// Null where the library does not define it.
const void *findSymbol(void *library, const char *name);

/// A sentence about the last openLibrary() of this thread that failed.
const char *openProblem();

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_SHARED_LIBRARY_H

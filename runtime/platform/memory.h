//===- memory.h - Memory by whole pages -------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_MEMORY_H
#define EMBLEM_RUNTIME_PLATFORM_MEMORY_H

#include <cstddef>
#include <cstdint>

namespace emblem::platform {

// Where a function gives null, errno says why.

/// Addresses that read as zeros; pages come as they are first written. Aligned
/// to a page.
void *reserveMemory(size_t bytes);

/// The bytes of a file from `offset`, a multiple of the page, to be read.
void *mapFile(int file, int64_t offset, size_t bytes);

/// Gives back the whole of what one of the two above gave.
void releaseMemory(void *memory, size_t bytes);

/// What large memory aligns to, so that preferLargePages() helps.
inline constexpr size_t largePage = size_t(2) << 20;

// Hints, which change no byte that is read; `memory` is aligned to a page.
void preferLargePages(void *memory, size_t bytes);
void avoidLargePages(void *memory, size_t bytes);

/// Reserved memory reads as zeros again, and holds no pages.
void dropPages(void *memory, size_t bytes);

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_MEMORY_H

//===- memory.cpp - Memory by whole pages ---------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/memory.h"

#include <sys/mman.h>

using namespace emblem;

static void *orNull(void *mapping) {
  return mapping == MAP_FAILED ? nullptr : mapping;
}

void *platform::reserveMemory(size_t bytes) {
  return orNull(mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
}

void *platform::mapFile(int file, int64_t offset, size_t bytes) {
  return orNull(mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file, offset));
}

void platform::releaseMemory(void *memory, size_t bytes) {
  munmap(memory, bytes);
}

void platform::preferLargePages(void *memory, size_t bytes) {
  (void)madvise(memory, bytes, MADV_HUGEPAGE);
}

void platform::avoidLargePages(void *memory, size_t bytes) {
  (void)madvise(memory, bytes, MADV_NOHUGEPAGE);
}

void platform::dropPages(void *memory, size_t bytes) {
  (void)madvise(memory, bytes, MADV_DONTNEED);
}

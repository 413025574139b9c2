//===- mapped_memory.cpp - Memory that costs only what is touched ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/mapped_memory.h"

#include <cstdint>
#include <sys/mman.h>

using namespace emblem::runtime;

static constexpr size_t hugePage = size_t(2) << 20;

MappedMemory::~MappedMemory() {
  if (mapping)
    munmap(mapping, mappedBytes);
}

bool MappedMemory::allocate(size_t bytes) {
  const bool huge = bytes >= hugePage;
  size_t wanted = bytes == 0 ? 1 : bytes;
  if (huge && __builtin_add_overflow(wanted, hugePage, &wanted))
    return false;
  void *address = mmap(nullptr, wanted, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED)
    return false;
  mapping = address;
  mappedBytes = wanted;
  start = static_cast<char *>(address);
  if (huge) {
    start += -reinterpret_cast<uintptr_t>(address) & (hugePage - 1);
    // Only a hint: small pages work as well.
    (void)madvise(start, bytes, MADV_HUGEPAGE);
  }
  return true;
}

//===- mapped_memory.cpp - Memory that costs only what is touched ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/parallel/mapped_memory.h"

#include "runtime/platform/memory.h"

#include <cstdint>

using namespace emblem::runtime;
using namespace emblem::platform;

MappedMemory::~MappedMemory() {
  if (mapping)
    releaseMemory(mapping, mappedBytes);
}

bool MappedMemory::allocate(size_t bytes) {
  const bool large = bytes >= largePage;
  size_t wanted = bytes == 0 ? 1 : bytes;
  if (large && __builtin_add_overflow(wanted, largePage, &wanted))
    return false;
  void *address = reserveMemory(wanted);
  if (!address)
    return false;
  mapping = address;
  mappedBytes = wanted;
  start = static_cast<char *>(address);
  if (large) {
    start += -reinterpret_cast<uintptr_t>(address) & (largePage - 1);
    preferLargePages(start, bytes);
  }
  return true;
}

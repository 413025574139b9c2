//===- mapped_memory.h - Memory that costs only what is touched -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PARALLEL_MAPPED_MEMORY_H
#define EMBLEM_RUNTIME_PARALLEL_MAPPED_MEMORY_H

#include <cstddef>

namespace emblem::runtime {

/// Zeroed memory straight from the system: address space at once, pages as they
/// are first written. Large memory asks for large pages and starts on one.
class MappedMemory {
public:
  MappedMemory() = default;
  ~MappedMemory();
  MappedMemory(const MappedMemory &) = delete;
  MappedMemory &operator=(const MappedMemory &) = delete;

  /// False where the system gives no such space. Once only.
  bool allocate(size_t bytes);

  /// 64-byte aligned.
  char *data() const { return start; }

private:
  void *mapping = nullptr;
  size_t mappedBytes = 0;
  char *start = nullptr;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_PARALLEL_MAPPED_MEMORY_H

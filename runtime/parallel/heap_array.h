//===- heap_array.h - An array made once ------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The runtime asks malloc, never `new`: in a library that brings in the
// exceptions of libstdc++, which take memory whenever it is loaded and keep it
// when it is gone.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PARALLEL_HEAP_ARRAY_H
#define EMBLEM_RUNTIME_PARALLEL_HEAP_ARRAY_H

#include <cstddef>
#include <cstdlib>
#include <new>

namespace emblem::runtime {

/// Memory for `count` values; null where there is none.
template <typename T> T *allocateFor(size_t count) {
  constexpr size_t alignment =
      alignof(T) < sizeof(void *) ? sizeof(void *) : alignof(T);
  size_t bytes;
  void *memory = nullptr;
  if (__builtin_mul_overflow(count, sizeof(T), &bytes) ||
      posix_memalign(&memory, alignment, bytes) != 0)
    return nullptr;
  return static_cast<T *>(memory);
}

/// Elements that are made together, and stay where they are.
template <typename T> class HeapArray {
public:
  HeapArray() = default;
  HeapArray(const HeapArray &) = delete;
  HeapArray &operator=(const HeapArray &) = delete;
  ~HeapArray() {
    while (count > 0)
      items[--count].~T();
    std::free(items);
  }

  /// Makes `wanted` elements, each T(). False: there is no memory for them.
  /// Once only.
  bool allocate(size_t wanted) {
    items = allocateFor<T>(wanted);
    if (!items)
      return false;
    for (; count < wanted; ++count)
      new (items + count) T();
    return true;
  }

  T *data() { return items; }
  T &operator[](size_t i) { return items[i]; }

private:
  T *items = nullptr;
  size_t count = 0;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_PARALLEL_HEAP_ARRAY_H

//===- buffer.h - Memory that grows and is kept -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_BUFFER_H
#define EMBLEM_RUNTIME_TOKENIZER_BUFFER_H

#include <cstddef>
#include <cstdlib>
#include <utility>

namespace emblem::runtime {

/// An array of plain values that reports a lack of memory instead of throwing.
/// Clearing it keeps its memory, so a steady state allocates nothing.
template <typename T> class Buffer {
public:
  Buffer() = default;
  Buffer(Buffer &&other) noexcept { swap(other); }
  Buffer &operator=(Buffer &&other) noexcept {
    swap(other);
    return *this;
  }
  Buffer(const Buffer &) = delete;
  Buffer &operator=(const Buffer &) = delete;
  ~Buffer() { std::free(items); }

  T *data() { return items; }
  size_t size() const { return count; }
  bool empty() const { return count == 0; }
  void clear() { count = 0; }

  /// Room for `wanted` elements in all; false: there is no memory for them.
  bool reserve(size_t wanted) {
    if (wanted <= capacity)
      return true;
    size_t grown = capacity + capacity / 2;
    if (grown < wanted)
      grown = wanted;
    if (grown > size_t(-1) / sizeof(T))
      return false;
    void *moved = std::realloc(items, grown * sizeof(T));
    if (!moved)
      return false;
    items = static_cast<T *>(moved);
    capacity = grown;
    return true;
  }

  /// The caller has written `added` elements into reserved room.
  void advance(size_t added) { count += added; }

  void dropLast() { --count; }

  bool push(T value) {
    if (count == capacity && !reserve(count < 16 ? 16 : count + 1))
      return false;
    items[count++] = value;
    return true;
  }

private:
  void swap(Buffer &other) {
    std::swap(items, other.items);
    std::swap(count, other.count);
    std::swap(capacity, other.capacity);
  }

  T *items = nullptr;
  size_t count = 0;
  size_t capacity = 0;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_BUFFER_H

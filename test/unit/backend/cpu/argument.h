//===- argument.h - Arguments of compiled functions -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_BACKEND_CPU_ARGUMENT_H
#define EMBLEM_TEST_UNIT_BACKEND_CPU_ARGUMENT_H

#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <vector>

namespace emblem::cpu {

/// A memref as the C interface of a function takes it.
template <typename T, size_t Rank> struct Buffer {
  T *allocated;
  T *aligned;
  int64_t offset = 0;
  int64_t sizes[Rank];
  int64_t strides[Rank];

  /// All of `elements`, row by row.
  Buffer(std::vector<T> &elements, std::array<int64_t, Rank> shape)
      : allocated(elements.data()), aligned(elements.data()) {
    int64_t stride = 1;
    for (size_t i = Rank; i-- > 0; stride *= shape[i]) {
      sizes[i] = shape[i];
      strides[i] = stride;
    }
    EXPECT_EQ(size_t(stride), elements.size());
  }
};

/// A buffer, or an index.
struct Argument {
  int64_t rank; // -1: an index
  int64_t word; // the index, or an element's bytes
  const int64_t *sizes = nullptr;
  void *elements = nullptr;
  void *buffer = nullptr;

  Argument(int64_t index) : rank(-1), word(index) {}
  template <typename T, size_t Rank>
  Argument(Buffer<T, Rank> &buffer)
      : rank(Rank), word(sizeof(T)), sizes(buffer.sizes),
        elements(buffer.allocated), buffer(&buffer) {}
};

} // namespace emblem::cpu

#endif // EMBLEM_TEST_UNIT_BACKEND_CPU_ARGUMENT_H

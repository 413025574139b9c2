//===- numbers.h - Numbers for kernels, and what is near them ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_KERNELS_NUMBERS_H
#define EMBLEM_TEST_GPU_KERNELS_NUMBERS_H

#include "test/gpu/ptx_machine/numbers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace emblem::gpu_test {

/// Numbers around zero.
inline std::vector<float> makeNumbers(size_t count, uint32_t seed = 1,
                                      float spread = 1.0f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0f, spread);
  std::vector<float> values(count);
  for (float &value : values)
    value = normal(random);
  return values;
}

/// first, first + 1, ..., each modulo `modulus`.
inline std::vector<int32_t> countFrom(int32_t first, size_t count,
                                      int32_t modulus) {
  std::vector<int32_t> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = (first + static_cast<int32_t>(i)) % modulus;
  return values;
}

/// To the nearest bf16.
inline float toBf16(float value) {
  return ptx::Brain(ptx::nearestBrainBits(value));
}
inline std::vector<float> toBf16(std::vector<float> values) {
  for (float &value : values)
    value = toBf16(value);
  return values;
}
/// To the nearest f16; what is beyond it is a NaN.
inline float toF16(float value) {
  float narrow = ptx::toHalf(value);
  return std::isinf(narrow) ? NAN : narrow;
}
/// As rows or weights of the element have them.
inline std::vector<float> narrowTo(const std::string &element,
                                   std::vector<float> values) {
  for (float &value : values)
    value = element == "bf16"  ? toBf16(value)
            : element == "f16" ? toF16(value)
                               : value;
  return values;
}

/// Each within `absolute` and, of its size, `relative`.
inline void expectNear(const std::vector<float> &found,
                       const std::vector<double> &expected, double relative,
                       double absolute = 0) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i)
    ASSERT_NEAR(found[i], expected[i],
                absolute + relative * std::fabs(expected[i]))
        << "at " << i;
}

} // namespace emblem::gpu_test

#endif // EMBLEM_TEST_GPU_KERNELS_NUMBERS_H

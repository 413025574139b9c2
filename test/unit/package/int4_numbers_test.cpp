//===- int4_numbers_test.cpp - f32 to i4 ----------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/narrow_numbers.h"

#include "llvm/ADT/bit.h"
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace emblem;

namespace {

using Floats = std::vector<float>;

std::vector<int> quantized(const Floats &group, float scale) {
  std::vector<int8_t> integers(group.size());
  package::quantizeInt4(group, scale, integers.data());
  return std::vector<int>(integers.begin(), integers.end());
}

double squaredError(const Floats &group, float scale) {
  std::vector<int> integers = quantized(group, scale);
  double error = 0;
  for (size_t k = 0; k < group.size(); ++k)
    error += std::pow(double(integers[k]) * scale - group[k], 2);
  return error;
}

TEST(QuantizeInt4, TiesGoToTheEvenWithinTheRange) {
  EXPECT_EQ(
      quantized({0.5, 1.5, 2.5, -0.5, -1.5, 7.49, 7.5, 100, -8.5, -100}, 1),
      (std::vector<int>{0, 2, 2, 0, -2, 7, 7, 7, -8, -8}));
  EXPECT_EQ(quantized({8, -7}, -1), (std::vector<int>{-8, 7}));
}

TEST(QuantizeInt4, WhatIsAsGoodAsZeroIsZero) {
  float least = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(quantized({1, -1}, 0), (std::vector<int>{0, 0}));
  EXPECT_EQ(quantized({1, -1}, least), (std::vector<int>{0, 0}));
  EXPECT_EQ(package::getInt4Scale({0, -0.0f}), 0);
  EXPECT_EQ(quantized({least, 0}, package::getInt4Scale({least, 0})),
            (std::vector<int>{0, 0}));
}

// All sixteen numbers, of either sign, come back as they were.
TEST(Int4Scale, WhatFitsIsExact) {
  for (float scale : {0.25f, -3.0f}) {
    Floats group;
    for (int q = -8; q <= 7; ++q)
      group.push_back(q * scale);
    float found = package::getInt4Scale(group);
    EXPECT_EQ(found, scale);
    EXPECT_EQ(squaredError(group, found), 0);
  }
}

// Never worse than the plain ways, and a bf16.
TEST(Int4Scale, TheErrorIsTheLeastOfThePlainWays) {
  std::mt19937 random{1};
  std::normal_distribution<float> numbers;
  double ours = 0, plain = 0;
  for (int i = 0; i < 200; ++i) {
    Floats group(1 + i % 32);
    float largest = 0;
    for (float &value : group) {
      value = numbers(random);
      largest = std::max(largest, std::abs(value));
    }
    float scale = package::getInt4Scale(group);
    EXPECT_EQ(llvm::bit_cast<uint32_t>(scale) & 0xffff, 0u);
    for (float at : {7.0f, 8.0f, -8.0f}) {
      uint32_t bits = uint32_t(package::roundToBf16(largest / at)) << 16;
      double other = squaredError(group, llvm::bit_cast<float>(bits));
      EXPECT_LE(squaredError(group, scale), other * (1 + 1e-5) + 1e-12);
      if (at == 7)
        plain += other;
    }
    ours += squaredError(group, scale);
  }
  EXPECT_LT(ours, 0.8 * plain); // and all in all much better
}

} // namespace

//===- int4_weights_test.cpp - Weights in i4, packed ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/narrow_numbers.h"
#include "weight_section_fixture.h"

#include <cmath>

using namespace emblem;

namespace {

using Bytes = std::vector<int8_t>;

// 10 columns of 35 inputs: a full panel and a part of one, a group of 32 and
// one of 3, and half a pair.
TEST_F(WeightSection, Int4PairsAndTheirScales) {
  constexpr int64_t N = 10, K = 35, panel = 8, pairs = 18, groups = 2;
  constexpr int64_t scalesAt = 320; // 2 * 18 * 8 bytes, to a cache line
  // Some of both signs: the columns begin at -150, -115, ...
  files = {addFile("a", "F32", {4, K}, -150), addFile("b", "F32", {6, K}, -10)};
  Bytes section = packAs<int8_t>(
      "%0 = kernel.weight matrix [\"a\", \"b\"] : tensor<10x35xi4>\n"
      "%1 = kernel.weight group_scales [\"a\", \"b\"] : tensor<10x2xbf16>");
  EXPECT_EQ(parameters, N * K);
  ASSERT_EQ(section.size(), size_t(scalesAt + 2 * groups * panel * 2));

  for (int64_t n = 0; n < N; ++n)
    for (int64_t g = 0; g < groups; ++g) {
      Floats group;
      for (int64_t k = 32 * g; k < std::min(32 * g + 32, K); ++k)
        group.push_back(n < 4 ? -150 + n * K + k : -10 + (n - 4) * K + k);
      float scale = package::getInt4Scale(group);
      Bytes expected(group.size());
      package::quantizeInt4(group, scale, expected.data());

      uint16_t bits;
      int64_t at = (n / panel * groups + g) * panel + n % panel;
      std::memcpy(&bits, &section[scalesAt + 2 * at], 2);
      EXPECT_EQ(llvm::bit_cast<float>(uint32_t(bits) << 16), scale);
      for (size_t i = 0; i < group.size(); ++i) {
        int64_t k = 32 * g + i;
        int8_t byte = section[(n / panel * pairs + k / 2) * panel + n % panel];
        int number = k % 2 ? byte >> 4 : int8_t(byte << 4) >> 4;
        ASSERT_EQ(number, expected[i]) << "column " << n << ", input " << k;
        EXPECT_NEAR(number * scale, group[i], 1.5 * std::abs(scale));
      }
    }
  // What pads the second panel is zero, the scales too.
  for (int64_t column = N % panel; column < panel; ++column) {
    for (int64_t pair = 0; pair < pairs; ++pair)
      EXPECT_EQ(section[(pairs + pair) * panel + column], 0);
    for (int64_t g = 0; g < 2 * groups; ++g)
      EXPECT_EQ(
          section[scalesAt + 2 * ((groups + g / 2) * panel + column) + g % 2],
          0);
  }
}

TEST_F(WeightSection, ATableInI8HasAScaleARow) {
  files = {addFile("t", "F32", {2, 3})}; // 1 2 3, 4 5 6
  Bytes section =
      packAs<int8_t>("%0 = kernel.weight table [\"t\"] : tensor<2x3xi8>\n"
                     "%1 = kernel.weight scales [\"t\"] : tensor<2xf32>");
  EXPECT_EQ(Bytes(section.begin(), section.begin() + 8),
            (Bytes{42, 85, 127, 0, 0, 0, 0, 0}));
  EXPECT_EQ(Bytes(section.begin() + 8, section.begin() + 16),
            (Bytes{85, 106, 127, 0, 0, 0, 0, 0}));
  float scales[2];
  std::memcpy(scales, &section[64], sizeof(scales));
  EXPECT_EQ(scales[0], 3.0f / 127);
  EXPECT_EQ(scales[1], 6.0f / 127);
}

} // namespace

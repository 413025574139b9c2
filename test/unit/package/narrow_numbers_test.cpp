//===- narrow_numbers_test.cpp - f32 to bf16, f16 and i8 ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/narrow_numbers.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/bit.h"
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace emblem;

namespace {

float fromBits(uint32_t bits) { return llvm::bit_cast<float>(bits); }

/// roundToBf16 of the f32 with these bits.
uint16_t roundBits(uint32_t bits) {
  return package::roundToBf16(fromBits(bits));
}

std::vector<int> quantized(const std::vector<float> &row) {
  std::vector<int8_t> integers(row.size());
  package::quantize(row, package::getScale(row), integers.data());
  return std::vector<int>(integers.begin(), integers.end());
}

TEST(RoundToBf16, EveryBf16StaysWhatItIs) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits)
    if (!std::isnan(fromBits(bits << 16))) {
      ASSERT_EQ(roundBits(bits << 16), bits);
    }
}

TEST(RoundToBf16, TiesGoToTheEven) {
  EXPECT_EQ(roundBits(0x3f808000), 0x3f80); // down to an even one
  EXPECT_EQ(roundBits(0x3f818000), 0x3f82); // up to an even one
  EXPECT_EQ(roundBits(0xbf808000), 0xbf80);
  EXPECT_EQ(roundBits(0xbf818000), 0xbf82);
  EXPECT_EQ(roundBits(0x3f807fff), 0x3f80); // next to a tie
  EXPECT_EQ(roundBits(0x3f808001), 0x3f81);
  EXPECT_EQ(roundBits(0x3fff8000), 0x4000); // the mantissa's carry
}

TEST(RoundToBf16, WhatIsBeyondTheLargestIsInfinite) {
  EXPECT_EQ(roundBits(0x7f7f7fff), 0x7f7f); // nearest to the largest bf16
  EXPECT_EQ(roundBits(0x7f7f8000), 0x7f80); // the tie above it
  EXPECT_EQ(package::roundToBf16(std::numeric_limits<float>::max()), 0x7f80);
  EXPECT_EQ(package::roundToBf16(-std::numeric_limits<float>::max()), 0xff80);
  EXPECT_EQ(package::roundToBf16(INFINITY), 0x7f80);
  EXPECT_EQ(package::roundToBf16(-INFINITY), 0xff80);
}

// LLVM's conversion says what is right: of every f16, and of what lies at,
// below and above the middle between two of them.
TEST(RoundToF16, IsNearestAndTiesGoToTheEven) {
  auto nearest = [](float value) -> uint16_t {
    llvm::APFloat number(value);
    bool losesInformation;
    number.convert(llvm::APFloat::IEEEhalf(),
                   llvm::APFloat::rmNearestTiesToEven, &losesInformation);
    return number.bitcastToAPInt().getZExtValue();
  };
  auto widen = [](uint16_t bits) {
    llvm::APFloat number(llvm::APFloat::IEEEhalf(), llvm::APInt(16, bits));
    bool losesInformation;
    number.convert(llvm::APFloat::IEEEsingle(),
                   llvm::APFloat::rmNearestTiesToEven, &losesInformation);
    return number.convertToFloat();
  };
  for (uint32_t bits = 0; bits < 0x7c00; ++bits) {
    float value = widen(bits);
    float next = bits == 0x7bff ? 65536.0f : widen(bits + 1);
    float middle = value + (next - value) / 2;
    for (float x : {value, middle, std::nextafter(middle, 0.0f),
                    std::nextafter(middle, next)})
      for (float sign : {1.0f, -1.0f})
        ASSERT_EQ(package::roundToF16(sign * x), nearest(sign * x)) << x;
  }
  EXPECT_EQ(package::roundToF16(0x1p-40f), 0);
  EXPECT_EQ(package::roundToF16(-0x1p-40f), 0x8000);
  EXPECT_EQ(package::roundToF16(1e30f), 0x7c00);
  EXPECT_EQ(package::roundToF16(-INFINITY), 0xfc00);
  EXPECT_EQ(package::roundToF16(NAN) & 0x7e00, 0x7e00);
}

TEST(RoundToF16, KnowsWhatIsBeyond) {
  EXPECT_FALSE(package::isBeyondF16(65519.99f));
  EXPECT_TRUE(package::isBeyondF16(65520.0f));
  EXPECT_TRUE(package::isBeyondF16(-1e9f));
  EXPECT_FALSE(package::isBeyondF16(INFINITY));
  EXPECT_FALSE(package::isBeyondF16(NAN));
}

// The payload may be in the bits that are cut off.
TEST(RoundToBf16, NansStayNansOfTheirSign) {
  for (uint32_t bits : {0x7f800001u, 0x7f80ffffu, 0x7fc00000u, 0x7fffffffu})
    for (uint32_t sign : {0u, 0x80000000u}) {
      uint32_t rounded = uint32_t(roundBits(bits | sign)) << 16;
      EXPECT_TRUE(std::isnan(fromBits(rounded)));
      EXPECT_EQ(rounded & 0x80000000u, sign);
    }
}

TEST(RoundToBf16, SubnormalsAreKept) {
  EXPECT_EQ(roundBits(0x00000001), 0x0000);
  EXPECT_EQ(roundBits(0x00008000), 0x0000); // a tie
  EXPECT_EQ(roundBits(0x00008001), 0x0001);
  EXPECT_EQ(roundBits(0x00018000), 0x0002); // a tie
  EXPECT_EQ(roundBits(0x007fffff), 0x0080); // up to the least normal
  EXPECT_EQ(roundBits(0x80000001), 0x8000); // minus zero
}

TEST(RoundToBf16, AsLlvmRounds) {
  for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 10007) {
    float value = fromBits(bits);
    if (std::isnan(value))
      continue;
    llvm::APFloat expected(value);
    bool losesInfo;
    expected.convert(llvm::APFloat::BFloat(),
                     llvm::APFloat::rmNearestTiesToEven, &losesInfo);
    ASSERT_EQ(package::roundToBf16(value),
              expected.bitcastToAPInt().getZExtValue())
        << value;
  }
}

TEST(GetScale, TheLargestBecomes127) {
  EXPECT_EQ(package::getScale({1, -254, 3}), 2);
  EXPECT_EQ(package::getScale({127, 126}), 1);
  EXPECT_EQ(package::getScale({0, -0.0f}), 0);
}

TEST(Quantize, TiesGoToTheEven) {
  EXPECT_EQ(quantized({127, -127, 0.5, 1.5, 2.5, -0.5, -1.5, 0.4999, 126.5}),
            (std::vector<int>{127, -127, 0, 2, 2, 0, -2, 0, 126}));
}

TEST(Quantize, ARowOfZerosStaysOne) {
  EXPECT_EQ(quantized({0, 0, -0.0f}), (std::vector<int>{0, 0, 0}));
}

// The scale's inverse is infinite there: zeros, not what infinity times 0
// gives.
TEST(Quantize, WhatIsAsGoodAsZeroIsZero) {
  float least = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(quantized({least, 0, -least}), (std::vector<int>{0, 0, 0}));
  EXPECT_EQ(quantized({1e-38f, 0, -1e-38f}), (std::vector<int>{0, 0, 0}));
}

// The nearest whole number of scales, at every size of the scale.
TEST(Quantize, NothingIsOffByMoreThanHalfAScale) {
  for (float largest : {1e-35f, 1e-6f, 0.37f, 1.0f, 1e6f, 3e38f}) {
    std::vector<float> row;
    for (int i = -1000; i <= 1000; ++i)
      row.push_back(largest / 1000 * i);
    float scale = package::getScale(row);
    std::vector<int> integers = quantized(row);
    EXPECT_EQ(integers.front(), -127);
    EXPECT_EQ(integers.back(), 127);
    for (size_t i = 0; i < row.size(); ++i)
      ASSERT_LE(std::abs(row[i] - double(scale) * integers[i]),
                scale * 0.5 * (1 + 1e-4))
          << row[i];
  }
}

} // namespace

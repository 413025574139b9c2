//===- element_type_test.cpp - Halves widen exactly -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/element_type.h"

#include "llvm/ADT/APFloat.h"

#include <gtest/gtest.h>

using namespace emblem::frontend;
using namespace llvm;

// What LLVM's own arithmetic makes of the 16 bits.
static float widenByAPFloat(const fltSemantics &semantics, uint16_t bits) {
  APFloat value(semantics, APInt(16, bits));
  bool losesInformation;
  value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                &losesInformation);
  return value.convertToFloat();
}

static void expectAllEqual(const fltSemantics &semantics,
                           float (*widen)(uint16_t)) {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    float expected = widenByAPFloat(semantics, bits), actual = widen(bits);
    if (expected != expected)
      ASSERT_NE(actual, actual) << bits;
    else
      ASSERT_EQ(std::bit_cast<uint32_t>(actual),
                std::bit_cast<uint32_t>(expected))
          << bits;
  }
}

TEST(ElementType, EveryHalfWidensExactly) {
  expectAllEqual(APFloat::IEEEhalf(), widenF16);
}

TEST(ElementType, EveryBFloatWidensExactly) {
  expectAllEqual(APFloat::BFloat(), widenBF16);
}

TEST(ElementType, NamesAreReadBack) {
  for (int i = 0; i <= int(ElementType::C64); ++i)
    EXPECT_EQ(parseElementType(elementTypes[i].name), ElementType(i));
  EXPECT_EQ(parseElementType("F33"), std::nullopt);
  EXPECT_EQ(parseElementType("Q8_0"), std::nullopt); // not of safetensors
  EXPECT_EQ(getInfo(ElementType::BF16).name, "BF16");
  EXPECT_EQ(getInfo(ElementType::C64).size, 8);
}

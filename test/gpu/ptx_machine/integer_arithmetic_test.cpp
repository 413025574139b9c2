//===- integer_arithmetic_test.cpp - Sums and products of integers --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/test_kernel.h"

#include <gtest/gtest.h>

using namespace emblem::ptx;

namespace {

constexpr uint32_t kMinusOne = 0xffffffff, kLeast = 0x80000000,
                   kGreatest = 0x7fffffff;

TEST(IntegerArithmetic, AdditionWrapsAround) {
  EXPECT_EQ(apply32("add.s32 %d, %a, %b;", {{3, 4}, {kGreatest, 1}}),
            (Words{7, kLeast}));
  EXPECT_EQ(apply32("sub.u32 %d, %a, %b;", {{3, 4}, {7, 2}}),
            (Words{kMinusOne, 5}));
  EXPECT_EQ(apply64("add.s64 %d, %a, %b;", {{0xffffffff, 1}}),
            (Wide{0x100000000}));
  EXPECT_EQ(apply64("sub.s64 %d, %a, %b;", {{0, 1}}), (Wide{~0ull}));
}

TEST(IntegerArithmetic, SixteenBitsWrapAround) {
  EXPECT_EQ(apply32("cvt.u16.u32 %h1, %a;\ncvt.u16.u32 %h2, %b;\n"
                    "add.s16 %h3, %h1, %h2;\ncvt.u32.u16 %d, %h3;",
                    {{0xffff, 2}, {1, 2}}),
            (Words{1, 3}));
}

TEST(IntegerArithmetic, SaturationStaysInRange) {
  EXPECT_EQ(apply32("add.sat.s32 %d, %a, %b;",
                    {{kGreatest, 1}, {kLeast, kMinusOne}, {1, 2}}),
            (Words{kGreatest, kLeast, 3}));
  EXPECT_EQ(apply32("sub.sat.s32 %d, %a, %b;", {{kLeast, 1}}), (Words{kLeast}));
}

TEST(IntegerArithmetic, ProductsHaveTwoHalves) {
  EXPECT_EQ(apply32("mul.lo.s32 %d, %a, %b;", {{0x10001, 0x10001}}),
            (Words{0x20001}));
  EXPECT_EQ(apply32("mul.hi.u32 %d, %a, %b;", {{kMinusOne, kMinusOne}}),
            (Words{0xfffffffe}));
  EXPECT_EQ(apply32("mul.hi.s32 %d, %a, %b;", {{kMinusOne, 5}, {kLeast, 2}}),
            (Words{kMinusOne, kMinusOne}));
  EXPECT_EQ(apply64("mul.hi.u64 %d, %a, %b;", {{~0ull, ~0ull}}),
            (Wide{~0ull - 1}));
}

TEST(IntegerArithmetic, WideProductsAreWhole) {
  EXPECT_EQ(
      (apply<uint64_t, uint32_t>("mul.wide.u32 %d, %a, %b;", {{kMinusOne, 2}})),
      (Wide{0x1fffffffe}));
  EXPECT_EQ(
      (apply<uint64_t, uint32_t>("mul.wide.s32 %d, %a, %b;", {{kMinusOne, 2}})),
      (Wide{~0ull - 1}));
  EXPECT_EQ(
      (apply<uint64_t, uint32_t>(
          "mov.u64 %q1, 10;\nmad.wide.s32 %d, %a, %b, %q1;", {{kMinusOne, 2}})),
      (Wide{8}));
  EXPECT_EQ(
      apply32("cvt.u16.u32 %h1, %a;\nmul.wide.s16 %d, %h1, -3;", {{0xffff, 0}}),
      (Words{3}));
}

TEST(IntegerArithmetic, ProductAndSum) {
  EXPECT_EQ(apply32("mad.lo.s32 %d, %a, %b, %c;", {{3, 4, 5}}), (Words{17}));
  EXPECT_EQ(apply32("mad.hi.u32 %d, %a, %b, %c;", {{kLeast, 6, 5}}),
            (Words{8}));
}

TEST(IntegerArithmetic, DivisionTruncates) {
  uint32_t minusSeven = static_cast<uint32_t>(-7);
  EXPECT_EQ(apply32("div.s32 %d, %a, %b;", {{minusSeven, 2}, {7, 2}}),
            (Words{static_cast<uint32_t>(-3), 3}));
  EXPECT_EQ(apply32("rem.s32 %d, %a, %b;", {{minusSeven, 2}, {7, 2}}),
            (Words{kMinusOne, 1}));
  EXPECT_EQ(apply32("div.u32 %d, %a, %b;", {{minusSeven, 2}}),
            (Words{0x7ffffffc}));
  EXPECT_EQ(apply32("rem.u32 %d, %a, %b;", {{17, 5}}), (Words{2}));
}

TEST(IntegerArithmetic, DivisionByZeroIsAFault) {
  TestKernel kernel("mov.u32 %a, 0;\ndiv.s32 %d, %thread, %a;");
  EXPECT_TRUE(
      hasOnly(kernel, kernel.run(), FaultKind::DivisionByZero, "div.s32"));
}

TEST(IntegerArithmetic, ExtremesByTheSign) {
  EXPECT_EQ(apply32("min.s32 %d, %a, %b;", {{kMinusOne, 1}}),
            (Words{kMinusOne}));
  EXPECT_EQ(apply32("min.u32 %d, %a, %b;", {{kMinusOne, 1}}), (Words{1}));
  EXPECT_EQ(apply32("max.s32 %d, %a, %b;", {{kMinusOne, 1}}), (Words{1}));
  EXPECT_EQ(apply64("max.u64 %d, %a, %b;", {{~0ull, 1}}), (Wide{~0ull}));
}

TEST(IntegerArithmetic, Signs) {
  EXPECT_EQ(apply32("neg.s32 %d, %a;", {{5}, {kLeast}}),
            (Words{static_cast<uint32_t>(-5), kLeast}));
  EXPECT_EQ(apply32("abs.s32 %d, %a;", {{static_cast<uint32_t>(-5)}, {5}}),
            (Words{5, 5}));
}

TEST(IntegerArithmetic, DotProductOfBytes) {
  // 1 * 1 - 1 * 2 + 127 * 3 - 128 * 4 + 10
  EXPECT_EQ(
      apply32("dp4a.s32.s32 %d, %a, %b, %c;", {{0x807fff01, 0x04030201, 10}}),
      (Words{static_cast<uint32_t>(1 - 2 + 381 - 512 + 10)}));
  EXPECT_EQ(
      apply32("dp4a.u32.s32 %d, %a, %b, %c;", {{0x000000ff, 0x000000ff, 0}}),
      (Words{static_cast<uint32_t>(-255)}));
}

} // namespace

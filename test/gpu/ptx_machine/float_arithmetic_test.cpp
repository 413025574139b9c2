//===- float_arithmetic_test.cpp - Sums and products, rounded -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/test_kernel.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace emblem::ptx;

namespace {

constexpr uint32_t kNan = 0x7fc00000, kInfinity = 0x7f800000,
                   kSubnormal = 0x00000001, kMinusZero = 0x80000000,
                   kCanonicalNan = 0x7fffffff;

uint32_t f(float value) { return toBits(value); }
uint64_t d(double value) { return std::bit_cast<uint64_t>(value); }

TEST(FloatArithmetic, RoundsToNearest) {
  EXPECT_EQ(apply32("add.rn.f32 %d, %a, %b;",
                    {{f(1.5f), f(2.25f)}, {f(16777216.0f), f(1.0f)}}),
            (Words{f(3.75f), f(16777216.0f)}));
  EXPECT_EQ(apply32("sub.f32 %d, %a, %b;", {{f(1), f(2.5f)}}),
            (Words{f(-1.5f)}));
  EXPECT_EQ(apply32("mul.rn.f32 %d, %a, %b;", {{f(3), f(-0.5f)}}),
            (Words{f(-1.5f)}));
  EXPECT_EQ(apply64("add.rn.f64 %d, %a, %b;", {{d(0.5), d(0.25)}}),
            (Wide{d(0.75)}));
}

TEST(FloatArithmetic, FusedProductIsRoundedOnce) {
  // (1 + 2^-12)^2 - (1 + 2^-11) = 2^-24, which a rounded product would lose.
  uint32_t x = f(1 + 0x1p-12f);
  EXPECT_EQ(apply32("fma.rn.f32 %d, %a, %b, %c;",
                    {{x, x, f(-(1 + 0x1p-11f))}, {f(2), f(3), f(4)}}),
            (Words{f(0x1p-24f), f(10)}));
  EXPECT_EQ(apply32("mul.rn.f32 %r1, %a, %b;\nadd.rn.f32 %d, %r1, %c;",
                    {{x, x, f(-(1 + 0x1p-11f))}}),
            (Words{f(0)}));
}

TEST(FloatArithmetic, SubnormalsAreFlushedIfAsked) {
  EXPECT_EQ(apply32("add.rn.f32 %d, %a, %b;", {{kSubnormal, kSubnormal}}),
            (Words{2}));
  EXPECT_EQ(apply32("add.rn.ftz.f32 %d, %a, %b;", {{kSubnormal, kSubnormal}}),
            (Words{0}));
  EXPECT_EQ(
      apply32("mul.rn.ftz.f32 %d, %a, %b;", {{f(-0x1p-100f), f(0x1p-40f)}}),
      (Words{kMinusZero}));
}

TEST(FloatArithmetic, SaturationIsFromZeroToOne) {
  EXPECT_EQ(
      apply32(
          "add.rn.sat.f32 %d, %a, %b;",
          {{f(1), f(1)}, {f(-1), f(0)}, {f(0.25f), f(0.25f)}, {kNan, f(1)}}),
      (Words{f(1), f(0), f(0.5f), f(0)}));
}

TEST(FloatArithmetic, ExtremesPreferNumbers) {
  Cases32 cases = {{f(1), f(2)}, {kNan, f(2)},    {f(1), kNan},
                   {kNan, kNan}, {kMinusZero, 0}, {0, kMinusZero}};
  EXPECT_EQ(apply32("min.f32 %d, %a, %b;", cases),
            (Words{f(1), f(2), f(1), kCanonicalNan, kMinusZero, kMinusZero}));
  EXPECT_EQ(apply32("max.f32 %d, %a, %b;", cases),
            (Words{f(2), f(2), f(1), kCanonicalNan, 0, 0}));
  EXPECT_EQ(apply32("max.NaN.f32 %d, %a, %b;", cases),
            (Words{f(2), kCanonicalNan, kCanonicalNan, kCanonicalNan, 0, 0}));
}

TEST(FloatArithmetic, Signs) {
  EXPECT_EQ(apply32("neg.f32 %d, %a;", {{f(1)}, {0}}),
            (Words{f(-1), kMinusZero}));
  EXPECT_EQ(apply32("abs.f32 %d, %a;", {{f(-1)}, {kMinusZero}}),
            (Words{f(1), 0}));
  EXPECT_EQ(apply32("neg.bf16x2 %d, %a;", {{0x3f803f80}}), (Words{0xbf80bf80}));
  EXPECT_EQ(apply32("abs.f16x2 %d, %a;", {{0xbc003c00}}), (Words{0x3c003c00}));
  EXPECT_EQ(apply32("copysign.f32 %d, %a, %b;", {{f(-3), f(2)}, {0, f(-2)}}),
            (Words{f(-2), f(2)}));
  EXPECT_EQ(apply64("neg.f64 %d, %a;", {{d(2)}}), (Wide{d(-2)}));
}

TEST(FloatArithmetic, Quotients) {
  Cases32 cases = {{f(1), f(3)}, {f(1), 0}, {f(-1), 0}};
  Words quotients = {0x3eaaaaab, kInfinity, kInfinity | 0x80000000};
  EXPECT_EQ(apply32("div.rn.f32 %d, %a, %b;", cases), quotients);
  EXPECT_EQ(apply32("div.full.f32 %d, %a, %b;", cases), quotients);
  EXPECT_EQ(apply32("rcp.rn.f32 %d, %a;", {{f(4)}, {f(3)}}),
            (Words{f(0.25f), 0x3eaaaaab}));
  EXPECT_EQ(apply32("rcp.approx.ftz.f32 %d, %a;", {{kSubnormal}}),
            (Words{kInfinity}));
}

TEST(FloatArithmetic, Functions) {
  EXPECT_EQ(apply32("sqrt.rn.f32 %d, %a;", {{f(9)}, {f(2)}}),
            (Words{f(3), 0x3fb504f3}));
  EXPECT_EQ(apply32("rsqrt.approx.f32 %d, %a;", {{f(4)}}), (Words{f(0.5f)}));
  EXPECT_EQ(apply32("ex2.approx.ftz.f32 %d, %a;",
                    {{f(3)}, {f(-1)}, {0xff800000}, {f(-130)}}),
            (Words{f(8), f(0.5f), 0, 0}));
  EXPECT_EQ(apply32("ex2.approx.f32 %d, %a;", {{f(-130)}}),
            (Words{f(0x1p-130f)}));
  EXPECT_EQ(apply32("lg2.approx.f32 %d, %a;", {{f(8)}}), (Words{f(3)}));
  EXPECT_EQ(apply32("tanh.approx.f32 %d, %a;", {{0}, {f(20)}}),
            (Words{0, f(1)}));
  EXPECT_EQ(apply32("sin.approx.f32 %d, %a;", {{0}}), (Words{0}));
  EXPECT_EQ(apply32("cos.approx.f32 %d, %a;", {{0}}), (Words{f(1)}));
}

TEST(FloatArithmetic, NarrowNumbers) {
  // 1 + 2^-8 lies between two bfloat16 and goes to the even one.
  EXPECT_EQ(apply32("fma.rn.bf16x2 %d, %a, %b, %c;",
                    {{0x3f803f80, 0x3f803f80, 0x3b800000}}),
            (Words{0x3f803f80}));
  EXPECT_EQ(apply32("add.rn.f16x2 %d, %a, %b;", {{0x3c004000, 0x3c003c00}}),
            (Words{0x40004200}));
  EXPECT_EQ(apply32("mul.rn.f16x2 %d, %a, %b;", {{0x7bff3c00, 0x40003800}}),
            (Words{0x7c003800}));
  EXPECT_EQ(apply32("max.bf16x2 %d, %a, %b;", {{0x3f80bf80, 0x40000000}}),
            (Words{0x40000000}));
  EXPECT_EQ(apply32("fma.rn.relu.bf16x2 %d, %a, %b, %c;",
                    {{0xbf803f80, 0x3f803f80, 0}}),
            (Words{0x00003f80}));
}

} // namespace

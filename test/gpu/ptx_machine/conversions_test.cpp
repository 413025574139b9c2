//===- conversions_test.cpp - Numbers from one type to another ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/test_kernel.h"

#include <gtest/gtest.h>

using namespace emblem::ptx;

namespace {

constexpr uint32_t kNan = 0x7fc00000, kInfinity = 0x7f800000;

uint32_t f(float value) { return toBits(value); }
uint32_t s(int32_t value) { return static_cast<uint32_t>(value); }

TEST(Conversions, IntegersAreCutAndExtended) {
  EXPECT_EQ(apply32("cvt.u32.u8 %d, %a;", {{0x1ff}}), (Words{0xff}));
  EXPECT_EQ(apply32("cvt.s32.s8 %d, %a;", {{0x1ff}}), (Words{s(-1)}));
  EXPECT_EQ(apply32("cvt.s32.s16 %d, %a;", {{0x18000}}), (Words{s(-32768)}));
  EXPECT_EQ(apply32("cvt.s8.s32 %d, %a;", {{0x180}}), (Words{s(-128)}));
  EXPECT_EQ((apply<uint64_t, uint32_t>("cvt.s64.s32 %d, %a;", {{s(-2)}})),
            (Wide{~1ull}));
  EXPECT_EQ((apply<uint64_t, uint32_t>("cvt.u64.u32 %d, %a;", {{s(-2)}})),
            (Wide{0xfffffffe}));
  EXPECT_EQ((apply<uint32_t, uint64_t>("cvt.u32.u64 %d, %a;", {{0x123456789}})),
            (Words{0x23456789}));
}

TEST(Conversions, IntegersSaturate) {
  EXPECT_EQ(apply32("cvt.sat.s8.s32 %d, %a;", {{s(-200)}, {200}, {5}}),
            (Words{s(-128), 127, 5}));
  EXPECT_EQ(apply32("cvt.sat.u8.s32 %d, %a;", {{s(-200)}, {300}}),
            (Words{0, 255}));
}

TEST(Conversions, FloatsToIntegersByTheMode) {
  Cases32 cases = {{f(2.5f)}, {f(3.5f)}, {f(-2.5f)}, {f(2.7f)}};
  EXPECT_EQ(apply32("cvt.rni.s32.f32 %d, %a;", cases), (Words{2, 4, s(-2), 3}));
  EXPECT_EQ(apply32("cvt.rzi.s32.f32 %d, %a;", cases), (Words{2, 3, s(-2), 2}));
  EXPECT_EQ(apply32("cvt.rmi.s32.f32 %d, %a;", cases), (Words{2, 3, s(-3), 2}));
  EXPECT_EQ(apply32("cvt.rpi.s32.f32 %d, %a;", cases), (Words{3, 4, s(-2), 3}));
}

TEST(Conversions, FloatsBeyondIntegersAreClamped) {
  EXPECT_EQ(apply32("cvt.rzi.s32.f32 %d, %a;",
                    {{f(3e9f)}, {f(-3e9f)}, {kInfinity}, {0xff800000}, {kNan}}),
            (Words{0x7fffffff, 0x80000000, 0x7fffffff, 0x80000000, 0}));
  EXPECT_EQ(apply32("cvt.rzi.u32.f32 %d, %a;", {{f(5e9f)}, {f(-1)}}),
            (Words{0xffffffff, 0}));
  EXPECT_EQ(apply32("cvt.rni.sat.s8.f32 %d, %a;", {{f(200)}, {f(-127.6f)}}),
            (Words{127, s(-128)}));
  EXPECT_EQ((apply<uint64_t, uint32_t>("cvt.rzi.u64.f32 %d, %a;",
                                       {{kNan}, {f(1e30f)}})),
            (Wide{1ull << 63, ~0ull}));
}

TEST(Conversions, IntegersToFloatsByTheMode) {
  EXPECT_EQ(apply32("cvt.rn.f32.s32 %d, %a;", {{s(-3)}, {16777217}}),
            (Words{f(-3), f(16777216)}));
  EXPECT_EQ(apply32("cvt.rn.f32.u32 %d, %a;", {{0xffffffff}}),
            (Words{f(4294967296.0f)}));
  EXPECT_EQ(apply32("cvt.rz.f32.u32 %d, %a;", {{0xffffffff}}),
            (Words{f(4294967040.0f)}));
  EXPECT_EQ(apply32("cvt.rp.f32.s32 %d, %a;", {{16777217}}),
            (Words{f(16777218)}));
  // A tie but for the last of 63 digits, which is no double.
  EXPECT_EQ((apply<uint32_t, uint64_t>("cvt.rn.f32.u64 %d, %a;",
                                       {{0x4000004000000001}})),
            (Words{f(0x1.000002p62f)}));
}

TEST(Conversions, FloatsToWholeFloats) {
  EXPECT_EQ(apply32("cvt.rni.f32.f32 %d, %a;", {{f(2.5f)}, {f(-0.25f)}}),
            (Words{f(2), 0x80000000}));
  EXPECT_EQ(apply32("cvt.rmi.f32.f32 %d, %a;", {{f(-2.5f)}}), (Words{f(-3)}));
  EXPECT_EQ(apply32("cvt.sat.f32.f32 %d, %a;", {{f(2)}, {f(-2)}, {kNan}}),
            (Words{f(1), 0, 0}));
  EXPECT_EQ(apply32("cvt.ftz.f32.f32 %d, %a;", {{1}}), (Words{0}));
}

TEST(Conversions, BrainNumbers) {
  EXPECT_EQ(apply32("cvt.rn.bf16x2.f32 %d, %a, %b;",
                    {{f(1), f(-2)},
                     {f(1 + 0x1p-8f), f(1 + 0x1.8p-7f)},
                     {kNan, f(3.4e38f)}}),
            (Words{0x3f80c000, 0x3f803f82, 0x7fff7f80}));
  EXPECT_EQ(apply32("cvt.rn.relu.bf16x2.f32 %d, %a, %b;", {{f(-1), f(1)}}),
            (Words{0x00003f80}));
  EXPECT_EQ(
      apply32("cvt.rn.bf16.f32 %h1, %a;\ncvt.u32.u16 %d, %h1;", {{f(1.5f)}}),
      (Words{0x3fc0}));
  EXPECT_EQ(apply32("cvt.rz.bf16.f32 %h1, %a;\ncvt.u32.u16 %d, %h1;",
                    {{f(1 + 0x1.fp-7f)}}),
            (Words{0x3f81}));
  EXPECT_EQ(apply32("cvt.u16.u32 %h1, %a;\ncvt.f32.bf16 %d, %h1;", {{0xc000}}),
            (Words{f(-2)}));
}

TEST(Conversions, HalfNumbers) {
  std::string narrow = "cvt.rn.f16.f32 %h1, %a;\ncvt.u32.u16 %d, %h1;";
  EXPECT_EQ(apply32(narrow, {{f(1)},
                             {f(65504)},
                             {f(65520)},
                             {f(0x1p-24f)},
                             {f(0x1p-25f)},
                             {f(1 + 0x1p-11f)},
                             {f(1 + 0x1.8p-10f)},
                             {kNan}}),
            (Words{0x3c00, 0x7bff, 0x7c00, 1, 0, 0x3c00, 0x3c02, 0x7fff}));
  EXPECT_EQ(apply32("cvt.u16.u32 %h1, %a;\ncvt.f32.f16 %d, %h1;",
                    {{0x3c00}, {1}, {0x83ff}, {0xfc00}}),
            (Words{f(1), f(0x1p-24f), f(-0x1.ff8p-15f), 0xff800000}));
  EXPECT_EQ(apply32("cvt.rn.f16x2.f32 %d, %a, %b;", {{f(1), f(2)}}),
            (Words{0x3c004000}));
  EXPECT_EQ(apply32("cvt.rn.f16.s32 %h1, %a;\ncvt.u32.u16 %d, %h1;", {{3}}),
            (Words{0x4200}));
}

TEST(Conversions, TensorFloats) {
  // Ten digits behind the point; a half goes away from zero.
  EXPECT_EQ(apply32("cvt.rna.tf32.f32 %d, %a;",
                    {{0x3f800fff}, {0x3f801000}, {0xbf801000}}),
            (Words{0x3f800000, 0x3f802000, 0xbf802000}));
}

TEST(Conversions, DoubleAndFloat) {
  EXPECT_EQ((apply<uint64_t, uint32_t>("cvt.f64.f32 %d, %a;", {{f(0.5f)}})),
            (Wide{std::bit_cast<uint64_t>(0.5)}));
  uint64_t third = std::bit_cast<uint64_t>(1.0 / 3);
  EXPECT_EQ((apply<uint32_t, uint64_t>("cvt.rn.f32.f64 %d, %a;", {{third}})),
            (Words{0x3eaaaaab}));
  EXPECT_EQ((apply<uint32_t, uint64_t>("cvt.rz.f32.f64 %d, %a;", {{third}})),
            (Words{0x3eaaaaaa}));
}

} // namespace

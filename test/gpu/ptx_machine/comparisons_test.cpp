//===- comparisons_test.cpp - Predicates, and choices by them -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/test_kernel.h"

#include <gtest/gtest.h>

using namespace emblem::ptx;

namespace {

uint32_t f(float value) { return toBits(value); }
constexpr uint32_t kNan = 0x7fc00000;

Words compare(const std::string &opcode, const Cases32 &cases) {
  return apply32(opcode + " %p, %a, %b;\nselp.b32 %d, 1, 0, %p;", cases);
}

TEST(Comparisons, IntegersByTheSign) {
  Cases32 cases = {{1, 2}, {2, 2}, {0xffffffff, 2}};
  EXPECT_EQ(compare("setp.lt.s32", cases), (Words{1, 0, 1}));
  EXPECT_EQ(compare("setp.lt.u32", cases), (Words{1, 0, 0}));
  EXPECT_EQ(compare("setp.lo.u32", cases), (Words{1, 0, 0}));
  EXPECT_EQ(compare("setp.le.s32", cases), (Words{1, 1, 1}));
  EXPECT_EQ(compare("setp.gt.u32", cases), (Words{0, 0, 1}));
  EXPECT_EQ(compare("setp.hs.u32", cases), (Words{0, 1, 1}));
  EXPECT_EQ(compare("setp.eq.b32", cases), (Words{0, 1, 0}));
  EXPECT_EQ(compare("setp.ne.s32", cases), (Words{1, 0, 1}));
}

TEST(Comparisons, FloatsWithNan) {
  Cases32 cases = {{f(1), f(2)}, {f(2), f(2)}, {f(3), f(2)}, {kNan, f(2)}};
  EXPECT_EQ(compare("setp.lt.f32", cases), (Words{1, 0, 0, 0}));
  EXPECT_EQ(compare("setp.ltu.f32", cases), (Words{1, 0, 0, 1}));
  EXPECT_EQ(compare("setp.le.f32", cases), (Words{1, 1, 0, 0}));
  EXPECT_EQ(compare("setp.leu.f32", cases), (Words{1, 1, 0, 1}));
  EXPECT_EQ(compare("setp.gt.f32", cases), (Words{0, 0, 1, 0}));
  EXPECT_EQ(compare("setp.gtu.f32", cases), (Words{0, 0, 1, 1}));
  EXPECT_EQ(compare("setp.ge.f32", cases), (Words{0, 1, 1, 0}));
  EXPECT_EQ(compare("setp.geu.f32", cases), (Words{0, 1, 1, 1}));
  EXPECT_EQ(compare("setp.eq.f32", cases), (Words{0, 1, 0, 0}));
  EXPECT_EQ(compare("setp.equ.f32", cases), (Words{0, 1, 0, 1}));
  EXPECT_EQ(compare("setp.ne.f32", cases), (Words{1, 0, 1, 0}));
  EXPECT_EQ(compare("setp.neu.f32", cases), (Words{1, 0, 1, 1}));
  EXPECT_EQ(compare("setp.num.f32", cases), (Words{1, 1, 1, 0}));
  EXPECT_EQ(compare("setp.nan.f32", cases), (Words{0, 0, 0, 1}));
}

TEST(Comparisons, SubnormalsAreFlushedIfAsked) {
  Cases32 cases = {{1, 2}, {0x80000001, 0}};
  EXPECT_EQ(compare("setp.lt.f32", cases), (Words{1, 1}));
  EXPECT_EQ(compare("setp.lt.ftz.f32", cases), (Words{0, 0}));
  EXPECT_EQ(compare("setp.eq.ftz.f32", cases), (Words{1, 1}));
}

TEST(Comparisons, CombinedWithAPredicate) {
  std::string with = "setp.ne.b32 %p1, %c, 0;\n";
  Cases32 cases = {{1, 2, 0}, {1, 2, 1}, {3, 2, 0}, {3, 2, 1}};
  auto words = [&](const std::string &instruction) {
    return apply32(with + instruction + "\nselp.b32 %r1, 1, 0, %p2;\n" +
                       "selp.b32 %r2, 2, 0, %p3;\nadd.u32 %d, %r1, %r2;",
                   cases);
  };
  // The second result is the same of the comparison's contrary.
  EXPECT_EQ(words("setp.lt.and.s32 %p2|%p3, %a, %b, %p1;"),
            (Words{0, 1, 0, 2}));
  EXPECT_EQ(words("setp.lt.or.s32 %p2|%p3, %a, %b, !%p1;"),
            (Words{3, 1, 3, 2}));
  EXPECT_EQ(words("setp.lt.xor.s32 %p2|%p3, %a, %b, %p1;"),
            (Words{1, 2, 2, 1}));
}

TEST(Comparisons, WideAndNarrow) {
  EXPECT_EQ((apply<uint32_t, uint64_t>(
                "setp.lt.s64 %p, %a, %b;\nselp.b32 %d, 1, 0, %p;",
                {{~0ull, 1}, {1, ~0ull}})),
            (Words{1, 0}));
  EXPECT_EQ(apply32("cvt.u16.u32 %h1, %a;\ncvt.u16.u32 %h2, %b;\n"
                    "setp.lt.s16 %p, %h1, %h2;\nselp.b32 %d, 1, 0, %p;",
                    {{0xffff, 1}, {1, 0xffff}}),
            (Words{1, 0}));
  EXPECT_EQ(apply32("cvt.u16.u32 %h1, %a;\ncvt.u16.u32 %h2, %b;\n"
                    "setp.lt.bf16 %p, %h1, %h2;\nselp.b32 %d, 1, 0, %p;",
                    {{0xbf80, 0x3f80}, {0x3f80, 0xbf80}}),
            (Words{1, 0}));
}

TEST(Comparisons, Choices) {
  std::string set = "setp.ne.b32 %p, %c, 0;\n";
  EXPECT_EQ(apply32(set + "selp.f32 %d, %a, %b, %p;", {{1, 2, 0}, {1, 2, 1}}),
            (Words{2, 1}));
  EXPECT_EQ(apply64("setp.ne.b64 %p, %c, 0;\nselp.b64 %d, %a, %b, %p;",
                    {{1ull << 40, 2, 1}}),
            (Wide{1ull << 40}));
}

TEST(Comparisons, GuardsKeepOtherLanes) {
  EXPECT_EQ(apply32("setp.ne.b32 %p, %a, 0;\nmov.u32 %d, 7;\n"
                    "@%p mov.u32 %d, 8;\n@!%p add.u32 %d, %d, 10;",
                    {{0}, {1}}),
            (Words{17, 8}));
}

} // namespace

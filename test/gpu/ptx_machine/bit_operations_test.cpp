//===- bit_operations_test.cpp - Logic, shifts and fields of bits ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/test_kernel.h"

#include <gtest/gtest.h>

using namespace emblem::ptx;

namespace {

TEST(BitOperations, Logic) {
  EXPECT_EQ(apply32("and.b32 %d, %a, %b;", {{12, 10}}), (Words{8}));
  EXPECT_EQ(apply32("or.b32 %d, %a, %b;", {{12, 10}}), (Words{14}));
  EXPECT_EQ(apply32("xor.b32 %d, %a, %b;", {{12, 10}}), (Words{6}));
  EXPECT_EQ(apply32("not.b32 %d, %a;", {{12}}), (Words{0xfffffff3}));
  EXPECT_EQ(apply32("cnot.b32 %d, %a;", {{12}, {0}}), (Words{0, 1}));
  EXPECT_EQ(apply64("xor.b64 %d, %a, %b;", {{~0ull, 1}}), (Wide{~1ull}));
  EXPECT_EQ(apply64("not.b64 %d, %a;", {{0}}), (Wide{~0ull}));
}

TEST(BitOperations, LogicOfPredicates) {
  std::string set = "setp.ne.b32 %p1, %a, 0;\nsetp.ne.b32 %p2, %b, 0;\n",
              get = "selp.b32 %d, 1, 0, %p3;";
  Cases32 cases = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  EXPECT_EQ(apply32(set + "and.pred %p3, %p1, %p2;\n" + get, cases),
            (Words{0, 0, 0, 1}));
  EXPECT_EQ(apply32(set + "or.pred %p3, %p1, %p2;\n" + get, cases),
            (Words{0, 1, 1, 1}));
  EXPECT_EQ(apply32(set + "xor.pred %p3, %p1, %p2;\n" + get, cases),
            (Words{0, 1, 1, 0}));
  EXPECT_EQ(apply32(set + "not.pred %p3, %p1;\n" + get, cases),
            (Words{1, 1, 0, 0}));
}

TEST(BitOperations, ShiftsBeyondTheWidth) {
  EXPECT_EQ(apply32("shl.b32 %d, %a, %b;", {{1, 31}, {1, 32}, {1, 255}}),
            (Words{0x80000000, 0, 0}));
  EXPECT_EQ(apply32("shr.u32 %d, %a, %b;", {{0x80000000, 31}, {8, 32}}),
            (Words{1, 0}));
  EXPECT_EQ(apply32("shr.s32 %d, %a, %b;",
                    {{0x80000000, 4}, {0x80000000, 40}, {8, 40}}),
            (Words{0xf8000000, 0xffffffff, 0}));
  EXPECT_EQ(apply64("shl.b64 %d, %a, 40;", {{1}}), (Wide{1ull << 40}));
  EXPECT_EQ(apply64("shr.s64 %d, %a, 63;", {{1ull << 63}}), (Wide{~0ull}));
}

TEST(BitOperations, FunnelShifts) {
  Cases32 by8 = {{0x11223344, 0x55667788, 8}};
  EXPECT_EQ(apply32("shf.l.wrap.b32 %d, %a, %b, %c;", by8),
            (Words{0x66778811}));
  EXPECT_EQ(apply32("shf.r.wrap.b32 %d, %a, %b, %c;", by8),
            (Words{0x88112233}));
  Cases32 by40 = {{0x11223344, 0x55667788, 40}};
  EXPECT_EQ(apply32("shf.l.wrap.b32 %d, %a, %b, %c;", by40),
            (Words{0x66778811}));
  EXPECT_EQ(apply32("shf.l.clamp.b32 %d, %a, %b, %c;", by40),
            (Words{0x11223344}));
  EXPECT_EQ(apply32("shf.r.clamp.b32 %d, %a, %b, %c;", by40),
            (Words{0x55667788}));
}

TEST(BitOperations, FieldsAreExtracted) {
  EXPECT_EQ(apply32("bfe.u32 %d, %a, %b, %c;",
                    {{0xabcd1234, 4, 8}, {0xabcd1234, 24, 16}, {0xff, 0, 0}}),
            (Words{0x23, 0xab, 0}));
  EXPECT_EQ(apply32("bfe.s32 %d, %a, %b, %c;", {{0x00000f00, 8, 4},
                                                {0x00000700, 8, 4},
                                                {0x80000000, 28, 16},
                                                {0x80000000, 40, 4},
                                                {0xff, 0, 0}}),
            (Words{0xffffffff, 7, 0xfffffff8, 0xffffffff, 0}));
  EXPECT_EQ(apply32("bfe.u32 %d, %a, 0, 32;", {{0xabcd1234}}),
            (Words{0xabcd1234}));
}

TEST(BitOperations, FieldsAreInserted) {
  EXPECT_EQ(apply32("bfi.b32 %d, %a, %b, 8, 8;", {{0xab, 0x11111111}}),
            (Words{0x1111ab11}));
  EXPECT_EQ(apply32("bfi.b32 %d, %a, %b, 28, 8;", {{0xab, 0x11111111}}),
            (Words{0xb1111111}));
  EXPECT_EQ(apply32("bfi.b32 %d, %a, %b, 40, 8;", {{0xab, 0x11111111}}),
            (Words{0x11111111}));
}

TEST(BitOperations, BytesArePermuted) {
  Cases32 words = {{0x33221100, 0x77665584}};
  EXPECT_EQ(apply32("prmt.b32 %d, %a, %b, 0x5410;", words),
            (Words{0x55841100}));
  EXPECT_EQ(apply32("prmt.b32 %d, %a, %b, 0x7632;", words),
            (Words{0x77663322}));
  // With 8 a byte's sign.
  EXPECT_EQ(apply32("prmt.b32 %d, %a, %b, 0x3c80;", words),
            (Words{0x33ff0000}));
}

TEST(BitOperations, Counts) {
  EXPECT_EQ(apply32("popc.b32 %d, %a;", {{0xf0f0}, {0}}), (Words{8, 0}));
  EXPECT_EQ(apply32("clz.b32 %d, %a;", {{1}, {0}, {0xffffffff}}),
            (Words{31, 32, 0}));
  EXPECT_EQ((apply<uint32_t, uint64_t>("clz.b64 %d, %a;", {{1}})), (Words{63}));
  EXPECT_EQ(apply32("brev.b32 %d, %a;", {{1}, {6}}),
            (Words{0x80000000, 0x60000000}));
}

TEST(BitOperations, AnyFunctionOfThree) {
  Cases32 rows = {{0xf0, 0xcc, 0xaa}};
  // A table that is a AND b AND c, a OR b OR c, a XOR b XOR c.
  EXPECT_EQ(apply32("lop3.b32 %d, %a, %b, %c, 0x80;", rows), (Words{0x80}));
  EXPECT_EQ(apply32("lop3.b32 %d, %a, %b, %c, 0xfe;", rows), (Words{0xfe}));
  EXPECT_EQ(apply32("lop3.b32 %d, %a, %b, %c, 0x96;", rows), (Words{0x96}));
}

} // namespace

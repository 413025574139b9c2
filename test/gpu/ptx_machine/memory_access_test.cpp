//===- memory_access_test.cpp - Loads, stores and moves -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/test_kernel.h"

#include <gtest/gtest.h>

using namespace emblem::ptx;

namespace {

const std::string kShared = ".shared .align 16 .b8 tile[256];";

TEST(MemoryAccess, VectorsAndExtension) {
  TestKernel kernel(R"(
    ld.global.v4.b32 {%r1, %r2, %r3, %r4}, [%in];
    add.u32 %r5, %r1, %r4;
    ld.global.nc.L1::no_allocate.s8 %r6, [%in+4];
    ld.global.u8 %r7, [%in+4];
    st.global.v4.b32 [%out], {%r5, %r6, %r7, %r3};
    ld.global.s16 %q1, [%in+4];
    st.global.b64 [%out+16], %q1;
    ld.global.v2.u16 {%h1, %h2}, [%in+8];
    mov.b32 %r8, {%h2, %h1};
    st.global.b32 [%out+24], %r8;
    st.global.b8 [%out+28], %r7;)");
  kernel.launch.threads = {1, 1, 1};
  kernel.input = {10, 0x8081ff85, 0x00020001, 30};
  kernel.outputBytes = 32;
  Outcome outcome = kernel.run();
  EXPECT_TRUE(outcome.faults.empty());
  EXPECT_EQ(kernel.outputAt<uint32_t>(0), 40u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(4), 0xffffff85u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(8), 0x85u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(12), 0x00020001u);
  EXPECT_EQ(kernel.outputAt<uint64_t>(16), 0xffffffffffffff85u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(24), 0x00010002u);
  EXPECT_EQ(kernel.outputAt<uint8_t>(28), 0x85u);
}

TEST(MemoryAccess, RegistersPutTogetherAndApart) {
  EXPECT_EQ((apply<uint64_t, uint32_t>("mov.b64 %d, {%a, %b};", {{1, 2}})),
            (Wide{0x200000001}));
  EXPECT_EQ((apply<uint32_t, uint64_t>("mov.b64 {%r1, %r2}, %a;\n"
                                       "sub.u32 %d, %r2, %r1;",
                                       {{0x700000002}})),
            (Words{5}));
  EXPECT_EQ(
      (apply<uint32_t, uint64_t>("mov.b64 {_, %d}, %a;", {{0x700000002}})),
      (Words{7}));
  EXPECT_EQ((apply<uint64_t, uint32_t>(
                "mov.b32 {%h1, %h2}, %a;\nmov.b64 %d, {%h2, %h1, %h1, %h2};",
                {{0x00020001}})),
            (Wide{0x0002000100010002}));
}

TEST(MemoryAccess, SpecialRegisters) {
  TestKernel kernel(R"(
    mov.u32 %r1, %ctaid.x;
    mov.u32 %r2, %ntid.x;
    mad.lo.u32 %r3, %r1, %r2, %thread;
    mul.wide.u32 %q1, %r3, 16;
    add.s64 %q2, %out, %q1;
    mov.u32 %r4, %nctaid.x;
    mov.u32 %r5, %laneid;
    mov.u32 %r6, %lanemask_lt;
    mov.u32 %r7, WARP_SZ;
    st.global.v4.b32 [%q2], {%r4, %r5, %r6, %r7};)");
  kernel.launch.threads = {40, 1, 1};
  kernel.launch.grid = {3, 1, 1};
  kernel.outputBytes = 16 * 120;
  EXPECT_TRUE(kernel.run().faults.empty());
  size_t place = 16 * (2 * 40 + 37); // thread 37 of block 2: lane 5
  EXPECT_EQ(kernel.outputAt<uint32_t>(place), 3u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(place + 4), 5u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(place + 8), 31u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(place + 12), 32u);
}

TEST(MemoryAccess, GenericAddresses) {
  TestKernel kernel(R"(
    mov.b64 %q1, tile;
    cvta.shared.u64 %q2, %q1;
    mul.wide.u32 %q3, %thread, 4;
    add.s64 %q4, %q2, %q3;
    st.b32 [%q4+16], %thread;
    cvta.to.shared.u64 %q5, %q4;
    ld.shared.b32 %r1, [%q5+16];
    cvta.global.u64 %q6, %yours;
    st.b32 [%q6], %r1;)",
                    kShared);
  EXPECT_TRUE(kernel.run().faults.empty());
  EXPECT_EQ(kernel.outputAt<uint32_t>(8 * 31), 31u);
}

TEST(MemoryAccess, TablesOfTheModule) {
  TestKernel kernel("ld.const.f32 %r1, [table+4];\n"
                    "mov.b64 %q1, numbers;\nld.global.u16 %r2, [%q1+2];\n"
                    "st.global.v2.b32 [%yours], {%r1, %r2};",
                    ".const .align 4 .f32 table[2] = {0f3F800000, "
                    "0f40000000};\n.global .align 2 .u16 numbers[3] = {7, 8};");
  EXPECT_TRUE(kernel.run().faults.empty());
  EXPECT_EQ(kernel.outputAt<uint32_t>(0), 0x40000000u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(4), 8u);
}

TEST(MemoryAccess, Atomics) {
  TestKernel kernel(R"(
    mov.u32 %r1, 0;
    setp.eq.u32 %p1, %thread, 0;
    @%p1 st.shared.b32 [tile], %r1;
    bar.warp.sync 0xffffffff;
    atom.shared.add.u32 %r2, [tile], 2;
    red.shared.max.s32 [tile], %thread;
    bar.warp.sync -1;
    ld.shared.u32 %r3, [tile];
    st.global.v2.b32 [%yours], {%r2, %r3};)",
                    kShared);
  EXPECT_TRUE(kernel.run().faults.empty());
  EXPECT_EQ(kernel.outputAt<uint32_t>(8 * 5), 10u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(8 * 5 + 4), 64u);
}

TEST(MemoryAccess, CompareAndSwap) {
  TestKernel kernel("mov.u32 %r1, 5;\nst.global.b32 [%yours], %r1;\n"
                    "atom.global.cas.b32 %r2, [%yours], 5, 9;\n"
                    "atom.global.exch.b32 %r3, [%yours], 3;\n"
                    "st.global.b32 [%yours+4], %r3;");
  EXPECT_TRUE(kernel.run().faults.empty());
  EXPECT_EQ(kernel.outputAt<uint32_t>(0), 3u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(4), 9u);
}

TEST(MemoryAccess, SumsOfFloatsInNoOrderAreReported) {
  TestKernel kernel("mov.b32 %r1, 0f3F800000;\n"
                    "st.global.b32 [%yours], %r1;\n"
                    "red.global.add.f32 [%yours], %r1;");
  Outcome outcome = kernel.run();
  EXPECT_TRUE(hasOnly(kernel, outcome, FaultKind::NotDeterministic, "red."));
  EXPECT_EQ(kernel.outputAt<float>(0), 2.0f);
}

TEST(MemoryAccess, BankConflictsAreCountedByLine) {
  // Lanes 128 bytes apart are all in one bank; the load has none.
  TestKernel kernel(R"(
    shl.b32 %r1, %thread, 7;
    st.shared.b32 [%r1+1024], %thread;
    ld.shared.b32 %r2, [%r1+1024];
    shl.b32 %r3, %thread, 2;
    st.shared.b32 [%r3+1024], %thread;)",
                    ".shared .align 16 .b8 tile[4096];");
  Outcome outcome = kernel.run();
  EXPECT_TRUE(outcome.faults.empty());
  Cost total = Counters::total(outcome.counters.wavefronts);
  EXPECT_EQ(total.actual, 32u + 32 + 1);
  EXPECT_EQ(total.least, 3u);
}

TEST(MemoryAccess, WideAccessesTakeSeveralWavefronts) {
  TestKernel kernel("shl.b32 %r1, %thread, 4;\n"
                    "st.shared.v4.b32 [%r1+1024], {%r1, %r1, %r1, %r1};",
                    ".shared .align 16 .b8 tile[512];");
  Cost total = Counters::total(kernel.run().counters.wavefronts);
  EXPECT_EQ(total.actual, 4u);
  EXPECT_EQ(total.least, 4u);
}

TEST(MemoryAccess, SectorsAreCounted) {
  // 32 lanes, each 4 bytes of its own 16: 16 sectors where 4 would do.
  TestKernel kernel("ld.global.b32 %r1, [%mine];");
  Cost total = Counters::total(kernel.run().counters.sectors);
  EXPECT_EQ(total.actual, 16u);
  EXPECT_EQ(total.least, 4u);
}

} // namespace

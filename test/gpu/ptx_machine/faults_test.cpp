//===- faults_test.cpp - Mistakes, and their lines ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/test_kernel.h"

#include <gtest/gtest.h>

using namespace emblem::ptx;

namespace {

const std::string kShared = ".shared .align 16 .b8 tile[128];";

TEST(Faults, RegistersThatNobodyHasWritten) {
  TestKernel kernel("add.u32 %r1, %thread, %r2;");
  EXPECT_TRUE(
      hasOnly(kernel, kernel.run(), FaultKind::UnwrittenRegister, "add.u32"));
  // Some lanes have written it.
  TestKernel some("setp.lt.u32 %p1, %thread, 4;\n@%p1 mov.u32 %r1, 1;\n"
                  "add.u32 %r2, %r1, 1;");
  EXPECT_TRUE(
      hasOnly(some, some.run(), FaultKind::UnwrittenRegister, "add.u32"));
  TestKernel guard("@%p3 mov.u32 %r1, 1;");
  EXPECT_TRUE(
      hasOnly(guard, guard.run(), FaultKind::UnwrittenRegister, "@%p3"));
}

TEST(Faults, MemoryThatNobodyHasWritten) {
  TestKernel shared("ld.shared.b32 %r1, [tile];", kShared);
  EXPECT_TRUE(
      hasOnly(shared, shared.run(), FaultKind::UnwrittenShared, "ld.shared"));
  TestKernel global("ld.global.b32 %r1, [%yours];");
  EXPECT_TRUE(
      hasOnly(global, global.run(), FaultKind::UnwrittenGlobal, "[%yours]"));
}

TEST(Faults, SharedMemoryIsNotKeptFromBlockToBlock) {
  TestKernel kernel("mov.u32 %r1, %ctaid.x;\nsetp.eq.u32 %p1, %r1, 0;\n"
                    "@%p1 st.shared.b32 [tile], %r1;\n"
                    "@!%p1 ld.shared.b32 %r2, [tile];",
                    kShared);
  kernel.launch.threads = {1, 1, 1};
  kernel.launch.grid = {2, 1, 1};
  kernel.launch.hostThreads = 1;
  EXPECT_TRUE(
      hasOnly(kernel, kernel.run(), FaultKind::UnwrittenShared, "ld.shared"));
}

TEST(Faults, OutOfBounds) {
  TestKernel read("ld.global.b32 %r1, [%mine+512];");
  EXPECT_TRUE(
      hasOnly(read, read.run(), FaultKind::GlobalOutOfBounds, "[%mine+512]"));
  TestKernel before("ld.global.b32 %r1, [%in+-4];");
  EXPECT_TRUE(
      hasOnly(before, before.run(), FaultKind::GlobalOutOfBounds, "+-4"));
  TestKernel write("st.global.b32 [%out+256], %thread;");
  EXPECT_TRUE(
      hasOnly(write, write.run(), FaultKind::GlobalOutOfBounds, "st.global"));
  TestKernel shared("st.shared.b32 [tile+128], %thread;", kShared);
  EXPECT_TRUE(
      hasOnly(shared, shared.run(), FaultKind::SharedOutOfBounds, "st.shared"));
  // An address that has lost its base.
  TestKernel base("st.shared.b32 [16], %thread;", kShared);
  EXPECT_TRUE(
      hasOnly(base, base.run(), FaultKind::SharedOutOfBounds, "st.shared"));
  TestKernel dynamic("st.shared.b32 [buffer+60], %thread;\n"
                     "ld.shared.b32 %r1, [buffer+64];",
                     ".extern .shared .align 16 .b8 buffer[];");
  dynamic.launch.dynamicShared = 64;
  EXPECT_TRUE(hasOnly(dynamic, dynamic.run(), FaultKind::SharedOutOfBounds,
                      "ld.shared"));
}

TEST(Faults, BuffersThatAreOnlyRead) {
  TestKernel kernel("st.global.b32 [%mine], %thread;");
  EXPECT_TRUE(
      hasOnly(kernel, kernel.run(), FaultKind::ReadOnlyWrite, "[%mine]"));
}

TEST(Faults, Unaligned) {
  TestKernel global("ld.global.b32 %r1, [%in+2];");
  EXPECT_TRUE(hasOnly(global, global.run(), FaultKind::Unaligned, "[%in+2]"));
  TestKernel vector("ld.global.v4.b32 {%r1, %r2, %r3, %r4}, [%in+8];");
  EXPECT_TRUE(hasOnly(vector, vector.run(), FaultKind::Unaligned, "[%in+8]"));
  TestKernel shared("st.shared.b64 [tile+4], %in;", kShared);
  EXPECT_TRUE(hasOnly(shared, shared.run(), FaultKind::Unaligned, "st.shared"));
}

TEST(Faults, BarriersThatNotAllReach) {
  TestKernel lanes("setp.lt.u32 %p1, %thread, 16;\n@%p1 bra END;\n"
                   "bar.sync 0;\nEND:");
  EXPECT_TRUE(
      hasOnly(lanes, lanes.run(), FaultKind::PartialBarrier, "bar.sync"));
  TestKernel warps("setp.lt.u32 %p1, %thread, 32;\n@%p1 bra END;\n"
                   "bar.sync 0;\nEND:");
  warps.launch.threads = {64, 1, 1};
  EXPECT_TRUE(
      hasOnly(warps, warps.run(), FaultKind::EndedBeforeBarrier, "bar.sync"));
}

TEST(Faults, Deadlock) {
  TestKernel kernel("shr.u32 %r1, %thread, 5;\nbar.sync %r1;");
  kernel.launch.threads = {64, 1, 1};
  EXPECT_TRUE(hasOnly(kernel, kernel.run(), FaultKind::Deadlock, "bar.sync"));
}

TEST(Faults, LoopsWithoutEnd) {
  TestKernel kernel("AGAIN:\nadd.u32 %thread, %thread, 1;\nbra AGAIN;");
  kernel.launch.instructionLimit = 1000;
  EXPECT_TRUE(kernel.run().faults.has(FaultKind::Endless));
}

TEST(Faults, Trap) {
  TestKernel kernel("setp.gt.u32 %p1, %thread, 40;\n@%p1 trap;");
  EXPECT_TRUE(kernel.run().faults.empty());
  TestKernel taken("trap;");
  EXPECT_TRUE(hasOnly(taken, taken.run(), FaultKind::Trap, "trap"));
}

TEST(Faults, TheSameFaultIsListedOnce) {
  TestKernel kernel("ld.global.b32 %r1, [%in+2];");
  kernel.launch.grid = {5, 1, 1};
  std::vector<Fault> faults = kernel.run().faults.list();
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].count, 5u * 32);
  EXPECT_EQ(faults[0].block, 0u);
  EXPECT_EQ(format(faults[0]),
            "line " + std::to_string(kernel.lineOf("[%in+2]")) +
                ": an unaligned access: ld.global.b32 %r1, [%in+2]; block 0, "
                "warp 0, 160 times");
}

} // namespace

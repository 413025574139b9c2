//===- async_copies_test.cpp - Copies that land when they are waited for --===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/test_kernel.h"

#include <gtest/gtest.h>

using namespace emblem::ptx;

namespace {

// Each lane copies its 16 bytes of the input and writes their first word.
const std::string kCopy = R"(
    shl.b32 %r1, %thread, 4;
    cp.async.cg.shared.global [%r1+1024], [%mine], 16;
)",
                  kRead = "ld.shared.b32 %r2, [%r1+1024];\n"
                          "st.global.b32 [%yours], %r2;\n";
const std::string kShared = ".shared .align 16 .b8 tile[1024];";

Words numbers() {
  Words result;
  for (uint32_t i = 0; i < 128; ++i)
    result.push_back(i + 1);
  return result;
}

TEST(AsyncCopies, LandWhenWaitedFor) {
  for (const char *wait : {"cp.async.commit_group;\ncp.async.wait_group 0;\n",
                           "cp.async.wait_all;\n"}) {
    TestKernel kernel(kCopy + wait + kRead, kShared);
    kernel.input = numbers();
    EXPECT_TRUE(kernel.run().faults.empty());
    EXPECT_EQ(kernel.outputAt<uint32_t>(8 * 7), 4 * 7 + 1u);
  }
}

TEST(AsyncCopies, AreInFlightBefore) {
  TestKernel kernel(kCopy + "cp.async.commit_group;\n"
                            "ld.shared.b32 %r3, [%r1+1024];\n"
                            "cp.async.wait_group 0;",
                    kShared);
  EXPECT_TRUE(
      hasOnly(kernel, kernel.run(), FaultKind::ReadInFlight, "ld.shared"));
}

TEST(AsyncCopies, AreNotWrittenOver) {
  TestKernel kernel(kCopy + "cp.async.commit_group;\n"
                            "st.shared.b32 [%r1+1024], %thread;\n"
                            "cp.async.wait_group 0;",
                    kShared);
  EXPECT_TRUE(
      hasOnly(kernel, kernel.run(), FaultKind::WriteInFlight, "st.shared"));
}

TEST(AsyncCopies, GroupsLandInOrder) {
  std::string second = "cp.async.cg.shared.global [%r1+1536], [%mine], 16;\n"
                       "cp.async.commit_group;\n";
  TestKernel kernel(kCopy + "cp.async.commit_group;\n" + second +
                        "cp.async.wait_group 1;\n" + kRead +
                        "cp.async.wait_group 0;\n"
                        "ld.shared.b32 %r4, [%r1+1536];",
                    kShared);
  kernel.input = numbers();
  EXPECT_TRUE(kernel.run().faults.empty());
  TestKernel early(kCopy + "cp.async.commit_group;\n" + second +
                       "cp.async.wait_group 1;\n"
                       "ld.shared.b32 %r4, [%r1+1536];\n"
                       "cp.async.wait_all;",
                   kShared);
  EXPECT_TRUE(
      hasOnly(early, early.run(), FaultKind::ReadInFlight, "ld.shared"));
}

TEST(AsyncCopies, AnUncommittedCopyDoesNotLand) {
  TestKernel kernel(kCopy + "cp.async.wait_group 0;\n" + kRead +
                        "cp.async.wait_all;",
                    kShared);
  EXPECT_TRUE(
      hasOnly(kernel, kernel.run(), FaultKind::ReadInFlight, "ld.shared"));
}

TEST(AsyncCopies, NobodyWaits) {
  TestKernel kernel(kCopy, kShared);
  EXPECT_TRUE(
      hasOnly(kernel, kernel.run(), FaultKind::CopyNotAwaited, "cp.async"));
}

TEST(AsyncCopies, BytesBeyondTheSourceAreZero) {
  for (int bytes : {0, 4, 12}) {
    std::string count = std::to_string(bytes);
    TestKernel kernel("shl.b32 %r1, %thread, 4;\nmov.u32 %r5, " + count +
                          ";\ncp.async.ca.shared.global [%r1+1024], [%mine], "
                          "16, %r5;\ncp.async.wait_all;\n"
                          "ld.shared.v4.b32 {%r6, %r7, %r8, %r9}, "
                          "[%r1+1024];\nmad.wide.u32 %q1, %thread, 16, %out;\n"
                          "st.global.v4.b32 [%q1], {%r6, %r7, %r8, %r9};",
                      kShared);
    kernel.input = numbers();
    kernel.outputBytes = 512;
    EXPECT_TRUE(kernel.run().faults.empty());
    for (int word = 0; word < 4; ++word)
      EXPECT_EQ(kernel.outputAt<uint32_t>(16 * 5 + 4 * word),
                4 * word < bytes ? 21u + word : 0u);
  }
}

TEST(AsyncCopies, NothingIsReadWhereNoByteIs) {
  // Addresses out of the buffer do not matter to a copy of no bytes.
  TestKernel kernel("shl.b32 %r1, %thread, 4;\n"
                    "cp.async.cg.shared.global [%r1+1024], [%mine+4096], 16, "
                    "0;\ncp.async.wait_all;",
                    kShared);
  EXPECT_TRUE(kernel.run().faults.empty());
  TestKernel reads("shl.b32 %r1, %thread, 4;\n"
                   "cp.async.cg.shared.global [%r1+1024], [%mine+4096], 16;\n"
                   "cp.async.wait_all;",
                   kShared);
  EXPECT_TRUE(
      hasOnly(reads, reads.run(), FaultKind::GlobalOutOfBounds, "cp.async.cg"));
}

TEST(AsyncCopies, AreSeenByOthersOnlyBehindABarrier) {
  std::string other = "xor.b32 %r1, %r1, 16;\n";
  TestKernel kernel(kCopy + "cp.async.wait_all;\n" + other + kRead, kShared);
  EXPECT_TRUE(
      hasOnly(kernel, kernel.run(), FaultKind::RaceInWarp, "ld.shared"));
  TestKernel ordered(kCopy + "cp.async.wait_all;\nbar.warp.sync -1;\n" + other +
                         kRead,
                     kShared);
  EXPECT_TRUE(ordered.run().faults.empty());
}

} // namespace

//===- races_test.cpp - Accesses that nothing orders ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/test_kernel.h"

#include <gtest/gtest.h>

using namespace emblem::ptx;

namespace {

// %r1: this thread's word in shared memory; %r2: that of the other warp's.
const std::string kPlaces = "shl.b32 %r1, %thread, 2;\n"
                            "xor.b32 %r2, %r1, 128;\n";
const std::string kShared = ".shared .align 16 .b8 tile[1024];";

TestKernel twoWarps(const std::string &body) {
  TestKernel kernel(kPlaces + body, kShared);
  kernel.launch.threads = {64, 1, 1};
  return kernel;
}

TEST(Races, ReadOfWhatAnotherWarpWrites) {
  // In whichever order the warps go: one of the two kinds shows at the line of
  // the later access.
  int reads = 0, writes = 0;
  for (uint32_t order = 1; order < 9; ++order) {
    TestKernel kernel = twoWarps("st.shared.b32 [%r1+1024], %thread;\n"
                                 "ld.shared.b32 %r3, [%r2+1024];");
    kernel.launch.order = order;
    Outcome outcome = kernel.run();
    bool read = outcome.faults.has(FaultKind::RaceReadOfWrite);
    bool write = outcome.faults.has(FaultKind::RaceWriteOfRead);
    EXPECT_TRUE(read || write);
    reads += read;
    writes += write;
  }
  EXPECT_GT(reads, 0);
}

TEST(Races, ABarrierOrders) {
  TestKernel kernel = twoWarps("st.shared.b32 [%r1+1024], %thread;\n"
                               "bar.sync 0;\n"
                               "ld.shared.b32 %r3, [%r2+1024];\n"
                               "st.global.b32 [%yours], %r3;");
  EXPECT_TRUE(kernel.run().faults.empty());
  EXPECT_EQ(kernel.outputAt<uint32_t>(0), 32u);
}

TEST(Races, TwoWrites) {
  TestKernel kernel =
      twoWarps("and.b32 %r3, %r1, 127;\nst.shared.b32 [%r3+1024], %thread;");
  EXPECT_TRUE(
      hasOnly(kernel, kernel.run(), FaultKind::RaceTwoWrites, "st.shared"));
}

TEST(Races, WriteOfWhatAnotherWarpReads) {
  // The barrier before the second write is missing.
  TestKernel kernel = twoWarps("st.shared.b32 [%r1+1024], %thread;\n"
                               "bar.sync 0;\n"
                               "ld.shared.b32 %r3, [%r2+1024];\n"
                               "mov.u32 %r4, 1;\n"
                               "st.shared.b32 [%r1+1024], %r4;");
  Outcome outcome = kernel.run();
  ASSERT_FALSE(outcome.faults.empty());
  // The first of the warps writes before the other reads.
  EXPECT_TRUE(outcome.faults.has(FaultKind::RaceReadOfWrite) ||
              outcome.faults.has(FaultKind::RaceWriteOfRead));
}

TEST(Races, BytesOfAWordAreApart) {
  TestKernel kernel("and.b32 %r1, %thread, 31;\nshl.b32 %r1, %r1, 2;\n"
                    "shr.u32 %r2, %thread, 5;\nshl.b32 %r2, %r2, 1;\n"
                    "add.u32 %r1, %r1, %r2;\n"
                    "st.shared.b16 [%r1+1024], %thread;\nbar.sync 0;\n"
                    "ld.shared.u16 %r3, [%r1+1024];\n"
                    "st.global.b32 [%yours], %r3;",
                    kShared);
  kernel.launch.threads = {64, 1, 1};
  EXPECT_TRUE(kernel.run().faults.empty());
  EXPECT_EQ(kernel.outputAt<uint32_t>(8 * 40), 40u);
}

TEST(Races, LanesOfOneWarp) {
  std::string write = "st.shared.b32 [%r1+1024], %thread;\n",
              read = "xor.b32 %r3, %r1, 4;\nld.shared.b32 %r4, [%r3+1024];";
  TestKernel kernel(kPlaces + write + read, kShared);
  EXPECT_TRUE(
      hasOnly(kernel, kernel.run(), FaultKind::RaceInWarp, "ld.shared"));
  TestKernel ordered(kPlaces + write + "bar.warp.sync -1;\n" + read, kShared);
  EXPECT_TRUE(ordered.run().faults.empty());
}

TEST(Races, NamedBarriersOrderThoseWhoMeet) {
  // Warps 0 and 1 meet at barrier 1, warps 2 and 3 at barrier 2.
  std::string body = R"(
    shr.u32 %r5, %thread, 6;
    add.u32 %r5, %r5, 1;
    st.shared.b32 [%r1+1024], %thread;
    bar.sync %r5, 64;
    ld.shared.b32 %r3, [%r2+1024];)";
  TestKernel kernel(kPlaces + body, kShared);
  kernel.launch.threads = {128, 1, 1};
  EXPECT_TRUE(kernel.run().faults.empty());
  TestKernel across("shl.b32 %r1, %thread, 2;\nxor.b32 %r2, %r1, 256;" + body,
                    kShared);
  across.launch.threads = {128, 1, 1};
  EXPECT_FALSE(across.run().faults.empty());
}

TEST(Races, ArrivalOrdersWhatLiesBefore) {
  // Warp 0 writes and arrives; warp 1 waits for it and reads.
  std::string begin = kPlaces + R"(
    setp.lt.u32 %p1, %thread, 32;
    @!%p1 bra READ;
    st.shared.b32 [%r1+1024], %thread;
    bar.arrive 1, 64;
)",
              end = R"(
    bra END;
  READ:
    bar.sync 1, 64;
    ld.shared.b32 %r3, [%r2+1024];
  END:)";
  TestKernel kernel(begin + end, kShared);
  kernel.launch.threads = {64, 1, 1};
  EXPECT_TRUE(kernel.run().faults.empty());
  TestKernel late(begin + "st.shared.b32 [%r1+1024], %r1;\n" + end, kShared);
  late.launch.threads = {64, 1, 1};
  EXPECT_FALSE(late.run().faults.empty());
}

TEST(Races, BlocksInGlobalMemory) {
  auto blocks = [](const std::string &body) {
    TestKernel kernel("mov.u32 %r1, %ctaid.x;\n" + body);
    kernel.launch.threads = {1, 1, 1};
    kernel.launch.grid = {2, 1, 1};
    return kernel.run();
  };
  Outcome same = blocks("st.global.b32 [%out], %r1;");
  EXPECT_TRUE(same.faults.has(FaultKind::RaceOfBlocks));
  Outcome apart = blocks("mad.wide.u32 %q1, %r1, 4, %out;\n"
                         "st.global.b32 [%q1], %r1;");
  EXPECT_TRUE(apart.faults.empty());
  Outcome readers = blocks("ld.global.b32 %r2, [%in];");
  EXPECT_TRUE(readers.faults.empty());
  // Block 0 writes what block 1 reads.
  Outcome both = blocks("setp.eq.u32 %p1, %r1, 0;\n"
                        "@%p1 st.global.b32 [%out], %r1;\n"
                        "@!%p1 ld.global.b32 %r2, [%out];");
  EXPECT_TRUE(both.faults.has(FaultKind::RaceOfBlocks) ||
              both.faults.has(FaultKind::UnwrittenGlobal));
}

// Blocks of one thread, on a buffer that has been written before.
Outcome runInPlace(const std::string &body, uint32_t blocks,
                   unsigned hostThreads) {
  GlobalMemory memory;
  Module module =
      parseModule(TestKernel("mov.u32 %r1, %ctaid.x;\n" + body).text, memory);
  uint64_t address = memory.allocate(64);
  std::vector<uint8_t> zeros(64, 0);
  memory.write(address, zeros.data(), zeros.size());
  Launch launch;
  launch.threads = {1, 1, 1};
  launch.grid = {blocks, 1, 1};
  launch.hostThreads = hostThreads;
  launch.parameters.resize(16);
  std::memcpy(launch.parameters.data(), &address, 8);
  std::memcpy(launch.parameters.data() + 8, &address, 8);
  return run(*module.entries.at("k"), memory, launch);
}

TEST(Races, BlocksReadAndWriteInPlace) {
  // Each block writes its word and reads its neighbour's.
  for (unsigned threads : {1u, 4u})
    EXPECT_TRUE(runInPlace(R"(
      mad.wide.u32 %q1, %r1, 4, %in;
      st.global.b32 [%q1], %r1;
      xor.b32 %r2, %r1, 1;
      mad.wide.u32 %q2, %r2, 4, %in;
      ld.global.b32 %r3, [%q2];)",
                           16, threads)
                    .faults.has(FaultKind::RaceOfBlocks));
}

TEST(Races, ABlockWritesWhatOthersHaveRead) {
  // Blocks run in order on one thread: one reads, or three, and the last one
  // writes.
  for (uint32_t blocks : {2u, 4u}) {
    std::string last = std::to_string(blocks - 1);
    EXPECT_TRUE(runInPlace("setp.eq.u32 %p1, %r1, " + last +
                               ";\n@!%p1 ld.global.b32 %r2, [%in];\n"
                               "@%p1 st.global.b32 [%in], %r1;",
                           blocks, 1)
                    .faults.has(FaultKind::RaceOfBlocks));
  }
  // Its own word, which nobody else reads.
  EXPECT_TRUE(runInPlace("mad.wide.u32 %q1, %r1, 4, %in;\n"
                         "ld.global.b32 %r2, [%q1];\n"
                         "st.global.b32 [%q1], %r1;",
                         16, 4)
                  .faults.empty());
}

} // namespace

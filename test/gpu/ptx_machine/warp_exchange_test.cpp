//===- warp_exchange_test.cpp - Shuffles, votes and sums of a warp --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/test_kernel.h"

#include <functional>
#include <gtest/gtest.h>

using namespace emblem::ptx;

namespace {

// Each lane's number through a shuffle, and 100 more if it came from a lane in
// bounds.
Words shuffle(const std::string &mode, const std::string &b,
              const std::string &c) {
  TestKernel kernel("shfl.sync." + mode + ".b32 %r1|%p1, %thread, " + b + ", " +
                    c + ", 0xffffffff;\n@%p1 add.u32 %r1, %r1, 100;\n" +
                    "st.global.b32 [%yours], %r1;");
  EXPECT_TRUE(kernel.run().faults.empty());
  Words result;
  for (size_t lane = 0; lane < 32; ++lane)
    result.push_back(kernel.outputAt<uint32_t>(8 * lane));
  return result;
}

Words expected(std::function<int(int)> from) {
  Words result;
  for (int lane = 0; lane < 32; ++lane) {
    int source = from(lane);
    result.push_back(source < 0 ? lane : 100 + source);
  }
  return result;
}

TEST(WarpExchange, ShufflesOfAWholeWarp) {
  EXPECT_EQ(shuffle("bfly", "5", "31"),
            expected([](int lane) { return lane ^ 5; }));
  EXPECT_EQ(shuffle("up", "3", "0"),
            expected([](int lane) { return lane >= 3 ? lane - 3 : -1; }));
  EXPECT_EQ(shuffle("down", "3", "31"),
            expected([](int lane) { return lane + 3 < 32 ? lane + 3 : -1; }));
  EXPECT_EQ(shuffle("idx", "7", "31"), expected([](int) { return 7; }));
}

TEST(WarpExchange, ShufflesInSegments) {
  // Segments of eight lanes: bits 3 and 4 of a lane's number stay (0x18 << 8).
  EXPECT_EQ(shuffle("idx", "2", "0x181f"),
            expected([](int lane) { return (lane & 24) | 2; }));
  EXPECT_EQ(shuffle("down", "2", "0x1807"),
            expected([](int lane) { return lane % 8 < 6 ? lane + 2 : -1; }));
  // The bound is one within the segment, whatever its other bits.
  EXPECT_EQ(shuffle("down", "2", "0x181f"),
            expected([](int lane) { return lane % 8 < 6 ? lane + 2 : -1; }));
  EXPECT_EQ(shuffle("up", "2", "0x1800"),
            expected([](int lane) { return lane % 8 >= 2 ? lane - 2 : -1; }));
  // A butterfly that leaves the segment upward is out of bounds.
  EXPECT_EQ(shuffle("bfly", "16", "0x1807"),
            expected([](int lane) { return lane >= 16 ? lane - 16 : -1; }));
}

TEST(WarpExchange, Votes) {
  auto vote = [](const std::string &mode, const std::string &condition) {
    TestKernel kernel("setp." + condition + ";\n" + "vote.sync." + mode +
                      ".pred %p2, %p1, 0xffffffff;\n"
                      "selp.b32 %r1, 1, 0, %p2;\n"
                      "st.global.b32 [%yours], %r1;");
    EXPECT_TRUE(kernel.run().faults.empty());
    return kernel.outputAt<uint32_t>(8 * 9);
  };
  std::string some = "lt.u32 %p1, %thread, 4", all = "lt.u32 %p1, %thread, 32",
              none = "gt.u32 %p1, %thread, 31";
  EXPECT_EQ(vote("all", some), 0u);
  EXPECT_EQ(vote("all", all), 1u);
  EXPECT_EQ(vote("any", some), 1u);
  EXPECT_EQ(vote("any", none), 0u);
  EXPECT_EQ(vote("uni", some), 0u);
  EXPECT_EQ(vote("uni", all), 1u);
  EXPECT_EQ(vote("uni", none), 1u);
}

TEST(WarpExchange, BallotsAndActiveLanes) {
  TestKernel kernel("setp.lt.u32 %p1, %thread, 4;\n"
                    "vote.sync.ballot.b32 %r1, !%p1, 0xffffffff;\n"
                    "activemask.b32 %r2;\n"
                    "st.global.v2.b32 [%yours], {%r1, %r2};");
  kernel.launch.threads = {32, 1, 1};
  EXPECT_TRUE(kernel.run().faults.empty());
  EXPECT_EQ(kernel.outputAt<uint32_t>(0), 0xfffffff0u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(4), 0xffffffffu);
}

TEST(WarpExchange, Reductions) {
  TestKernel kernel("redux.sync.add.s32 %r1, %thread, 0xffffffff;\n"
                    "sub.u32 %r2, 5, %thread;\n"
                    "redux.sync.min.s32 %r3, %r2, 0xffffffff;\n"
                    "st.global.v2.b32 [%yours], {%r1, %r3};");
  EXPECT_TRUE(kernel.run().faults.empty());
  EXPECT_EQ(kernel.outputAt<int32_t>(0), 31 * 32 / 2);
  EXPECT_EQ(kernel.outputAt<int32_t>(4), 5 - 31);
}

TEST(WarpExchange, PartedLanesWaitForEachOther) {
  // Two arms, each with half of a shuffle's lanes: they meet in the shuffle
  // behind, and each arm's own has the lanes that it names.
  TestKernel kernel(R"(
    setp.lt.u32 %p1, %thread, 16;
    mov.u32 %r1, 0;
    @%p1 bra LOW;
    shfl.sync.idx.b32 %r1, %thread, 20, 31, 0xffff0000;
    bra MEET;
  LOW:
    shfl.sync.idx.b32 %r1, %thread, 3, 31, 0x0000ffff;
  MEET:
    shfl.sync.bfly.b32 %r2, %r1, 16, 31, -1;
    st.global.v2.b32 [%yours], {%r1, %r2};)");
  EXPECT_TRUE(kernel.run().faults.empty());
  EXPECT_EQ(kernel.outputAt<uint32_t>(0), 3u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(4), 20u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(8 * 31), 20u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(8 * 31 + 4), 3u);
}

TEST(WarpExchange, MissingLanesAreFaults) {
  TestKernel kernel("setp.lt.u32 %p1, %thread, 16;\n@%p1 bra END;\n"
                    "shfl.sync.idx.b32 %r1, %thread, 20, 31, -1;\nEND:");
  EXPECT_TRUE(
      hasOnly(kernel, kernel.run(), FaultKind::PartialWarp, "shfl.sync"));
  TestKernel absent("setp.lt.u32 %p1, %thread, 16;\n@%p1 bra END;\n"
                    "shfl.sync.idx.b32 %r1, %thread, 3, 31, 0xffff0000;\n"
                    "END:");
  EXPECT_TRUE(
      hasOnly(absent, absent.run(), FaultKind::AbsentLane, "shfl.sync"));
}

} // namespace

//===- machine_test.cpp - Branches, launches and the order of blocks ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/test_kernel.h"

#include <gtest/gtest.h>
#include <stdexcept>

using namespace emblem::ptx;

namespace {

TEST(Machine, LanesPartAndMeet) {
  // Each lane goes around as often as its number.
  TestKernel kernel(R"(
    mov.u32 %r1, 0;
    mov.u32 %r2, 0;
  AGAIN:
    setp.ge.u32 %p1, %r1, %thread;
    @%p1 bra DONE;
    add.u32 %r2, %r2, %r1;
    add.u32 %r1, %r1, 1;
    bra.uni AGAIN;
  DONE:
    activemask.b32 %r3;
    st.global.v2.b32 [%yours], {%r2, %r3};)");
  EXPECT_TRUE(kernel.run().faults.empty());
  EXPECT_EQ(kernel.outputAt<uint32_t>(8 * 10), 45u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(8 * 10 + 4), 0xffffffffu);
}

TEST(Machine, LanesEndAlone) {
  TestKernel kernel("setp.lt.u32 %p1, %thread, 3;\n"
                    "st.global.b32 [%yours], %thread;\n@%p1 exit;\n"
                    "st.global.b32 [%yours+4], %thread;");
  EXPECT_TRUE(kernel.run().faults.empty());
  EXPECT_EQ(kernel.outputAt<uint32_t>(8 * 3 + 4), 3u);
}

TEST(Machine, BranchesByIndex) {
  TestKernel kernel(R"(
    and.b32 %r1, %thread, 1;
  TARGETS: .branchtargets EVEN, ODD;
    brx.idx %r1, TARGETS;
  EVEN:
    mov.u32 %r2, 10;
    bra END;
  ODD:
    mov.u32 %r2, 11;
  END:
    st.global.b32 [%yours], %r2;)");
  EXPECT_TRUE(kernel.run().faults.empty());
  EXPECT_EQ(kernel.outputAt<uint32_t>(8 * 4), 10u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(8 * 5), 11u);
}

TEST(Machine, NamesInBraces) {
  TestKernel kernel(R"(
    mov.u32 %r1, 1;
    {
      .reg .b32 %r1;
      .reg .pred p;
      mov.u32 %r1, 5;
      setp.eq.u32 p, %r1, 5;
      @p bra $SKIP;
      mov.u32 %r1, 6;
    $SKIP:
      st.global.b32 [%yours], %r1;
    }
    {
    $SKIP:
      st.global.b32 [%yours+4], %r1;
    })");
  EXPECT_TRUE(kernel.run().faults.empty());
  EXPECT_EQ(kernel.outputAt<uint32_t>(0), 5u);
  EXPECT_EQ(kernel.outputAt<uint32_t>(4), 1u);
}

std::string errorOf(const std::string &body) {
  GlobalMemory memory;
  try {
    parseModule(TestKernel(body).text, memory);
  } catch (const ProgramError &error) {
    return error.what();
  }
  return "";
}

TEST(Machine, ErrorsNameTheLine) {
  TestKernel kernel("frobnicate.b32 %r1, %r2;");
  std::string line = "line " + std::to_string(kernel.lineOf("frob")) + ": ";
  EXPECT_EQ(errorOf("frobnicate.b32 %r1, %r2;"),
            line + "the machine does not know this instruction: "
                   "frobnicate.b32 %r1, %r2");
  EXPECT_EQ(errorOf("add.u32 %r1, %r2, %r99;"),
            line + "there is no register %r99: add.u32 %r1, %r2, %r99");
  EXPECT_EQ(errorOf("add.u32 %r1, %r2, %q1;"),
            line + "the register %q1 has another width: add.u32 %r1, %r2, %q1");
  EXPECT_EQ(errorOf("bra NOWHERE;"), line + "there is no label NOWHERE");
  EXPECT_NE(errorOf("add.u32 %r1, %r2;"), "");
  EXPECT_NE(errorOf("ld.global.v2.b32 %r1, [%in];"), "");
  EXPECT_NE(errorOf("ld.local.b32 %r1, [%in];"), "");
  EXPECT_NE(errorOf("mma.sync.aligned.m16n8k16.row.col.f16.f16.f16.f16 {%r1}, "
                    "{%r1}, {%r1}, {%r1};"),
            "");
  EXPECT_NE(errorOf("wgmma.fence.sync.aligned;"), "");
}

TEST(Machine, CommentsAndDirectives) {
  EXPECT_EQ(errorOf("// add.u32 %r1;\n/* add\n.u32 */ .loc 1 2 3\n"
                    ".pragma \"nounroll\";\nmov.u32 %r1, 1; mov.u32 %r2, 2;"),
            "");
}

TEST(Machine, ModulesHaveTheirTarget) {
  GlobalMemory memory;
  Module module = parseModule(TestKernel("").text, memory);
  EXPECT_EQ(module.version, 80);
  EXPECT_EQ(module.target, "sm_80");
  EXPECT_EQ(module.entries.count("k"), 1u);
  ASSERT_EQ(module.entries.at("k")->parameters.size(), 2u);
  EXPECT_EQ(module.entries.at("k")->parameters[1].offset, 8u);
}

TEST(Machine, LaunchesThatADriverRefuses) {
  TestKernel kernel("");
  kernel.launch.threads = {1025, 1, 1};
  EXPECT_THROW(kernel.run(), std::invalid_argument);
  TestKernel none("");
  none.launch.grid = {0, 1, 1};
  EXPECT_THROW(none.run(), std::invalid_argument);
  TestKernel bound("");
  bound.text.insert(bound.text.find("{\n"), ".maxntid 64, 1, 1\n");
  bound.launch.threads = {65, 1, 1};
  EXPECT_THROW(bound.run(), std::invalid_argument);
  bound.launch.threads = {64, 1, 1};
  bound.input.clear();
  bound.outputBytes = 0;
  EXPECT_TRUE(bound.run().faults.empty());
}

// Blocks with work, faults and conflicts of their own.
TEST(Machine, HostThreadsChangeNothing) {
  std::string body = R"(
    mov.u32 %r1, %ctaid.x;
    mov.u32 %r2, %ntid.x;
    mad.lo.u32 %r3, %r1, %r2, %thread;
    mad.wide.u32 %q1, %r3, 8, %out;
    mov.u32 %r4, 0;
    mov.u32 %r5, 0;
  AGAIN:
    add.u32 %r4, %r4, 1;
    mad.lo.u32 %r5, %r5, 1664525, %r3;
    setp.le.u32 %p1, %r4, %r1;
    @%p1 bra AGAIN;
    shl.b32 %r6, %thread, 3;
    st.shared.b32 [%r6+1024], %r5;
    xor.b32 %r6, %r6, 256;
    setp.gt.u32 %p2, %r1, 20;
    @%p2 ld.shared.b32 %r5, [%r6+1024];
    st.global.b32 [%q1], %r5;
    ld.global.b32 %r7, [%q1+4];
    add.u32 %r7, %r7, 1;)";
  auto launch = [&](unsigned threads, std::vector<uint8_t> &output) {
    TestKernel kernel(body, ".shared .align 16 .b8 tile[512];");
    kernel.launch.grid = {40, 1, 1};
    kernel.launch.threads = {64, 1, 1};
    kernel.launch.hostThreads = threads;
    Outcome outcome = kernel.run();
    for (size_t i = 0; i < kernel.output.size(); i += 8)
      output.insert(output.end(), &kernel.output[i], &kernel.output[i + 4]);
    return outcome;
  };
  std::vector<uint8_t> alone;
  Outcome first = launch(1, alone);
  EXPECT_FALSE(first.faults.empty());
  for (unsigned threads : {2u, 3u, 8u}) {
    std::vector<uint8_t> output;
    Outcome outcome = launch(threads, output);
    EXPECT_EQ(output, alone);
    EXPECT_EQ(outcome.counters.instructions, first.counters.instructions);
    Cost cost = Counters::total(outcome.counters.wavefronts);
    EXPECT_EQ(cost.actual, Counters::total(first.counters.wavefronts).actual);
    std::vector<Fault> faults = outcome.faults.list();
    std::vector<Fault> want = first.faults.list();
    ASSERT_EQ(faults.size(), want.size());
    for (size_t i = 0; i < faults.size(); ++i)
      EXPECT_EQ(format(faults[i]), format(want[i]));
  }
}

TEST(Machine, BuffersAreApartAndReleased) {
  GlobalMemory memory;
  uint64_t a = memory.allocate(100), b = memory.allocate(100);
  EXPECT_EQ(memory.liveBytes(), 200u);
  EXPECT_EQ(memory.hostBytes(a + 100, 1), nullptr);
  EXPECT_EQ(memory.hostBytes(a, 101), nullptr);
  EXPECT_NE(memory.hostBytes(b + 99, 1), nullptr);
  EXPECT_EQ(memory.unknownBytes(a, 100), 100u);
  EXPECT_FALSE(memory.release(a + 4));
  EXPECT_TRUE(memory.release(a));
  EXPECT_FALSE(memory.release(a));
  EXPECT_EQ(memory.hostBytes(a, 1), nullptr);
  EXPECT_EQ(memory.liveBytes(), 100u);
}

} // namespace

//===- target_test.cpp - The table of targets -----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/isa.h"
#include "compiler/target/target_table.h"
#include "runtime/cpu/cpu_features.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/X86TargetParser.h"
#include "gtest/gtest.h"

#include <cstdlib>

using namespace emblem;

TEST(TargetTable, FindsEachRowByItsName) {
  for (const Target &row : allTargets()) {
    llvm::Expected<const Target *> found = findTarget(row.name);
    ASSERT_TRUE(bool(found));
    EXPECT_EQ(*found, &row);
  }
}

TEST(TargetTable, RefusesAnUnknownNameAndListsTheKnown) {
  llvm::Expected<const Target *> found = findTarget("pdp11");
  ASSERT_FALSE(bool(found));
  EXPECT_EQ(
      llvm::toString(found.takeError()),
      "unknown target 'pdp11'; known are native, x86-64-v2, x86-64-v3, "
      "x86-64-v3-vnni, x86-64-v4, x86-64-v4-vnni, x86-64-v4-bf16, znver4, "
      "aarch64, aarch64-v8.2-dotprod, aarch64-v8.6");
}

namespace {
/// EMBLEM_TEST_CPU for the time of a test.
struct CpuMask {
  explicit CpuMask(const char *mask) { setenv("EMBLEM_TEST_CPU", mask, 1); }
  ~CpuMask() { unsetenv("EMBLEM_TEST_CPU"); }
};
} // namespace

TEST(TargetTable, NativeIsTheMostDemandingThatThisMachineRuns) {
  llvm::Expected<const Target *> native = findTarget("native");
  if (!native) {
    llvm::consumeError(native.takeError());
    EXPECT_TRUE(llvm::none_of(allTargets(), runsHere));
    return;
  }
  EXPECT_TRUE(runsHere(**native));
  EXPECT_FALSE((*native)->onlyByName);
  for (const Target *row = *native + 1; row != allTargets().end(); ++row)
    EXPECT_TRUE(row->onlyByName || !runsHere(*row)) << row->name.str();
}

TEST(TargetTable, NativeIsWhatTheRuntimeFinds) {
  const Target &least = allTargets()[0];
  if (!runsHere(least))
    GTEST_SKIP() << "this machine runs no target";
  {
    CpuMask mask("1");
    EXPECT_EQ(runtime::detectCpuFeatures(), least.cpuFeatures);
    EXPECT_EQ(llvm::cantFail(findTarget("native")), &least);
    EXPECT_FALSE(runsHere(allTargets()[1]));
  }
  CpuMask mask("0");
  llvm::Expected<const Target *> none = findTarget("native");
  ASSERT_FALSE(bool(none));
  EXPECT_EQ(llvm::toString(none.takeError()),
            "no target is native here: this machine is less than an x86-64-v2; "
            "name the target to compile for: x86-64-v2, x86-64-v3, "
            "x86-64-v3-vnni, x86-64-v4, x86-64-v4-vnni, x86-64-v4-bf16, "
            "znver4, aarch64, aarch64-v8.2-dotprod, aarch64-v8.6");
}

// Where the runtime finds what a row needs, LLVM finds what it may use there.
TEST(TargetTable, DetectionCoversWhatLlvmMayUse) {
  // Hypervisors often hide these, and LLVM never chooses them by itself. It does
  // not ask a host for x87.
  const llvm::StringSet<> never = {
      "clflushopt", "clwb",  "clzero", "fsgsbase", "invpcid", "mwaitx",
      "pku",        "rdpid", "rdpru",  "rdrnd",    "rdseed",  "shstk",
      "wbnoinvd",   "x87",   "xsavec", "xsaveopt", "xsaves"};
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  for (const Target &row : allTargets()) {
    if (!runsHere(row))
      continue;
    llvm::SmallVector<llvm::StringRef> features;
    llvm::X86::getFeaturesForCPU(row.cpu, features);
    for (llvm::StringRef name : llvm::split(row.features, ','))
      if (name.consume_front("+"))
        features.push_back(name);
    for (llvm::StringRef name : features)
      EXPECT_TRUE(never.contains(name) || host.lookup(name))
          << row.name.str() << " needs " << name.str();
  }
}

TEST(TargetTable, EachTileFitsTheRegisters) {
  for (const Target &row : allTargets()) {
    EXPECT_TRUE(row.tilesFit()) << row.name.str();
    EXPECT_EQ(row.panelColumns() % row.vectorWidth, 0) << row.name.str();
  }
}

TEST(TargetTable, TargetsOfAnArchitectureStandSideBySide) {
  std::vector<const Isa *> seen;
  for (const Target &row : allTargets()) {
    if (!seen.empty() && seen.back() == row.isa)
      continue;
    EXPECT_FALSE(llvm::is_contained(seen, row.isa)) << row.name.str();
    seen.push_back(row.isa);
  }
}

//===- target_test.cpp - The table of targets -----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/target_table.h"

#include "gtest/gtest.h"

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
      "x86-64-v3-vnni, x86-64-v4, x86-64-v4-vnni, x86-64-v4-bf16, znver4");
}

TEST(TargetTable, NativeIsTheMostDemandingThatThisMachineRuns) {
  llvm::Expected<const Target *> native = findTarget("native");
  if (!native) {
    llvm::consumeError(native.takeError());
    EXPECT_NE(hostCpuFeatures() & allTargets()[0].cpuFeatures,
              allTargets()[0].cpuFeatures);
    return;
  }
  EXPECT_EQ((*native)->cpuFeatures & ~hostCpuFeatures(), 0u);
  for (const Target *row = *native + 1; row != allTargets().end(); ++row)
    EXPECT_NE(row->cpuFeatures & ~hostCpuFeatures(), 0u) << row->name.str();
}

TEST(TargetTable, EachTileFitsTheRegisters) {
  for (const Target &row : allTargets()) {
    EXPECT_LE(row.tileRows * row.tileVectors + row.tileVectors + 1,
              row.vectorRegisters)
        << row.name.str();
    EXPECT_EQ(row.rowBlock % row.tileRows, 0) << row.name.str();
    EXPECT_EQ(row.panelColumns() % row.vectorWidth, 0) << row.name.str();
  }
}

//===- kernel_rows_test.cpp - One row for the same stage of all layers ----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/bench_kernels.h"

#include <gtest/gtest.h>

using namespace emblem::command;

namespace {

TEST(KernelRows, ReplaceNumbers) {
  EXPECT_EQ(kernelName("layer.12.attention"), "layer.*.attention");
  EXPECT_EQ(kernelName("dense.0"), "dense.*");
  EXPECT_EQ(kernelName("layer2.q8.pool"), "layer2.q8.pool");
  EXPECT_EQ(kernelName("a..1."), "a..*.");
  EXPECT_EQ(kernelName(""), "");
}

TEST(KernelRows, GatherTheSameStageOfAllLayers) {
  EmblemStage stages[5] = {};
  const char *names[] = {"embed", "layer.0.up", "layer.0.down", "layer.1.up",
                         "layer.1.down"};
  for (int i = 0; i < 5; ++i)
    stages[i].name = names[i];
  std::vector<KernelRow> rows = kernelRows(stages);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].name, "embed");
  EXPECT_EQ(rows[1].name, "layer.*.up");
  EXPECT_EQ(rows[1].stages, (std::vector<int64_t>{1, 3}));
  EXPECT_EQ(rows[2].stages, (std::vector<int64_t>{2, 4}));
}

} // namespace

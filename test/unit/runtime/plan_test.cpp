//===- plan_test.cpp - The split of one batch's stages --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cpu/plan.h"

#include <gtest/gtest.h>
#include <vector>

using namespace emblem::runtime;

namespace {

int32_t nothing(EmblemSpan *, EmblemSpan *, EmblemSpan *, EmblemSpan *,
                EmblemSpan *, EmblemSpan *, EmblemSpan *, EmblemSpan *, int64_t,
                int64_t, int64_t, int64_t) {
  return 0;
}

EmblemStage stage(int32_t rows, bool rowLocal, int64_t columns,
                  bool finish = false, double flopsPerRow = 0) {
  return {"stage",
          nothing,
          finish ? nothing : nullptr,
          rows,
          rowLocal,
          columns,
          flopsPerRow,
          0,
          0,
          0,
          0,
          0,
          0};
}

constexpr int32_t tokens = EMBLEM_ROWS_ARE_TOKENS;
constexpr int32_t sequences = EMBLEM_ROWS_ARE_SEQUENCES;

struct Table {
  explicit Table(std::vector<EmblemStage> list) : stages(std::move(list)) {
    table.stages = stages.data();
    table.stage_count = int64_t(stages.size());
    table.row_block = 98;
    table.row_tile = 14;
  }
  std::vector<Step> plan(int64_t tokens, int64_t sequences, int threads) const {
    std::vector<Step> steps(size_t(maxSteps(table.stage_count)));
    steps.resize(size_t(
        makePlan(table, {tokens, sequences, double(tokens) * double(tokens)},
                 threads, steps.data())));
    return steps;
  }
  std::vector<EmblemStage> stages;
  EmblemModelTable table = {};
};

} // namespace

TEST(Plan, ManyRowsMakeChainsOfRowLocalStages) {
  Table table({stage(tokens, true, 1), stage(tokens, true, 36),
               stage(tokens, false, 12), stage(tokens, true, 12, true),
               stage(tokens, true, 48), stage(sequences, false, 1),
               stage(sequences, true, 1)});
  const std::vector<Step> steps = table.plan(98 * 64, 98 * 64, 2);
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].endStage, 2) << "the attention reads other rows";
  EXPECT_EQ(steps[1].endStage, 5) << "a text's row is not a token's";
  EXPECT_EQ(steps[2].endStage, 7);
  for (const Step &step : steps)
    EXPECT_EQ(step.columnGroups, 1);
}

TEST(Plan, RowLocalIsNotAcrossKindsOfRows) {
  Table table({stage(tokens, true, 1), stage(sequences, true, 1)});
  EXPECT_EQ(table.plan(98 * 64, 98 * 64, 2).size(), 2u);
}

TEST(Plan, EveryThreadGetsAsManyRowBlocks) {
  Table table({stage(tokens, true, 1)});
  for (int threads : {2, 3, 5}) {
    const std::vector<Step> steps = table.plan(98 * 61 + 5, 1, threads);
    EXPECT_EQ(steps[0].rowBlocks % threads, 0) << threads;
    EXPECT_GE(steps[0].rowBlocks, 62);
  }
}

TEST(Plan, FewRowsAreSplitByColumnsSoThatPanelsAreReadOnce) {
  Table table({stage(tokens, true, 24)});
  const std::vector<Step> steps = table.plan(32, 1, 2);
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].rowBlocks, 1);
  EXPECT_EQ(steps[0].columnGroups, 8);
}

TEST(Plan, EnoughRowsForEachThreadMakeChainsToo) {
  Table table({stage(tokens, false, 12), stage(tokens, true, 12, true),
               stage(tokens, true, 48)});
  std::vector<Step> steps = table.plan(2 * 56, 1, 2);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_GT(steps[0].columnGroups, 1) << "heads: the rows' keys are one text's";
  EXPECT_EQ(steps[1].endStage, 3);
  EXPECT_EQ(steps[1].rowBlocks, 2);
  EXPECT_EQ(steps[1].columnGroups, 1);
  // With fewer, the threads share the panels of the weights.
  for (const Step &step : table.plan(2 * 56 - 1, 1, 2))
    EXPECT_LE(step.endStage - step.firstStage, 1);
}

TEST(Plan, TilesThatFollowEachOtherShareTheirColumns) {
  Table table({stage(tokens, false, 24)});
  const std::vector<Step> steps = table.plan(3 * 98, 1, 2);
  ASSERT_EQ(steps[0].rowBlocks, 3);
  EXPECT_EQ(steps[0].tiles() % 2, 0) << "even on two threads";
  for (int64_t tile = 0; tile < 3; ++tile) {
    EXPECT_EQ(steps[0].columnGroup(tile), 0);
    EXPECT_EQ(steps[0].rowBlock(tile), tile);
  }
  EXPECT_EQ(steps[0].columnGroup(3), 1);
}

TEST(Plan, OneColumnIsSplitByRows) {
  Table table({stage(tokens, true, 1)});
  const std::vector<Step> steps = table.plan(32, 1, 2);
  EXPECT_EQ(steps[0].rowBlocks, 8);
  EXPECT_EQ(steps[0].columnGroups, 1);
}

TEST(Plan, LittleWorkIsNotSplitAndItsStagesStayTogether) {
  Table table({stage(tokens, true, 24, false, 100),
               stage(tokens, true, 24, false, 100)});
  const std::vector<Step> steps = table.plan(8, 1, 4);
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].tiles(), 1);
  EXPECT_EQ(steps[0].endStage, 2);
}

TEST(Plan, ANormThatOneThreadWouldDoAloneIsAStepOfItsOwn) {
  Table table({stage(tokens, true, 24, true)});
  const std::vector<Step> steps = table.plan(64, 1, 2);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].part, Step::RunOnly);
  EXPECT_EQ(steps[1].part, Step::FinishOnly);
  EXPECT_EQ(steps[1].rowBlocks, 4);
  // Of 8 rows a norm is not worth a second thread.
  EXPECT_EQ(table.plan(8, 1, 2).size(), 1u);
  // With a row block for each thread, whoever ends one does its norm.
  EXPECT_EQ(table.plan(2 * 98, 1, 2).size(), 1u);
}

TEST(Plan, OneThreadNeverSplitsColumns) {
  Table table({stage(tokens, true, 24, true), stage(tokens, true, 7)});
  const std::vector<Step> steps = table.plan(31, 2, 1);
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].tiles(), 1);
}

TEST(Plan, RowBlocksBeginAtRegisterTilesAndCoverAllRows) {
  Table table({stage(tokens, true, 24)});
  for (int64_t rows = 1; rows < 1200; rows += 7)
    for (int threads : {1, 2, 3}) {
      const Step step = table.plan(rows, 1, threads)[0];
      int64_t next = 0;
      for (int64_t block = 0; block < step.rowBlocks; ++block) {
        const Range range = step.rowsOf(block);
        ASSERT_EQ(range.begin, next);
        ASSERT_TRUE(range.begin == rows || range.begin % step.rowGrain == 0);
        next = range.end;
      }
      ASSERT_EQ(next, rows);
      ASSERT_EQ(step.rowGrain, 14) << rows;
    }
}

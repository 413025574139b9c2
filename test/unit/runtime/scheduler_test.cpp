//===- scheduler_test.cpp - Runs the stages of a batch on threads ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cpu/scheduler.h"

#include "runtime/platform/wait.h"
#include "test/unit/runtime/recorded_stages.h"

#include <gtest/gtest.h>
#include <numeric>
#include <thread>

using namespace emblem::runtime;

namespace {

/// The stages of an encoder: embedding, query-key-value, attention, output with
/// norm, pooling, normalisation.
std::vector<RecordedStages::Kind> encoder(double flopsPerRow) {
  return {{.rowLocal = true, .columns = 1},
          {.rowLocal = true, .columns = 36, .flopsPerRow = flopsPerRow},
          {.columns = 12, .flopsPerRow = flopsPerRow},
          {.rowLocal = true,
           .columns = 12,
           .finish = true,
           .flopsPerRow = flopsPerRow},
          {.overSequences = true, .columns = 3},
          {.overSequences = true, .rowLocal = true, .columns = 1}};
}

constexpr int64_t tokenCounts[] = {1, 2, 8, 31, 97, 98, 99, 196, 500, 1999};

void runAllShapes(Scheduler &scheduler, RecordedStages &stages) {
  for (int64_t tokens : tokenCounts)
    for (int64_t sequences : {int64_t(1), (tokens + 6) / 7, tokens}) {
      Batch batch = stages.begin({tokens, sequences, double(tokens)});
      scheduler.run(batch, nullptr);
      ASSERT_EQ(stages.problem(), "")
          << tokens << " tokens, " << sequences << " sequences";
    }
}

/// More threads than any CPU here has, too.
class SchedulerTest : public testing::TestWithParam<int> {};

/// A pool of the caller's own: three new threads that count down.
void countDown(void *context, int64_t count, EmblemTask task,
               void *taskContext) {
  ++*static_cast<int *>(context);
  std::atomic<int64_t> left{count};
  auto work = [&] {
    for (int64_t index; (index = --left) >= 0;)
      task(taskContext, index);
  };
  std::thread threads[] = {std::thread(work), std::thread(work),
                           std::thread(work)};
  for (std::thread &thread : threads)
    thread.join();
}

} // namespace

TEST_P(SchedulerTest, EveryCellOnceAndInOrder) {
  for (double flopsPerRow : {0.0, 100.0, 1e6}) {
    RecordedStages stages(encoder(flopsPerRow));
    ThreadPool pool;
    ASSERT_TRUE(pool.start(GetParam(), false));
    Scheduler scheduler;
    ASSERT_TRUE(scheduler.prepare(stages.table(),
                                  {&pool, GetParam(), nullptr, nullptr}));
    runAllShapes(scheduler, stages);
  }
}

TEST_P(SchedulerTest, ManyShortBatches) {
  RecordedStages stages(encoder(1e6));
  ThreadPool pool;
  ASSERT_TRUE(pool.start(GetParam(), false));
  Scheduler scheduler;
  ASSERT_TRUE(
      scheduler.prepare(stages.table(), {&pool, GetParam(), nullptr, nullptr}));
  for (int i = 0; i < 500; ++i) {
    Batch batch = stages.begin({1 + i % 9, 1 + i % 3, 9});
    scheduler.run(batch, nullptr);
    ASSERT_EQ(stages.problem(), "") << "batch " << i;
  }
}

TEST_P(SchedulerTest, OneRowBlockARow) {
  RecordedStages stages(encoder(0));
  stages.table().row_block = 1;
  stages.table().row_tile = 0;
  ThreadPool pool;
  ASSERT_TRUE(pool.start(GetParam(), false));
  Scheduler scheduler;
  ASSERT_TRUE(
      scheduler.prepare(stages.table(), {&pool, GetParam(), nullptr, nullptr}));
  runAllShapes(scheduler, stages);
}

INSTANTIATE_TEST_SUITE_P(Threads, SchedulerTest,
                         testing::Values(1, 2, 3, 4, 8, 16));

TEST(Scheduler, TheCallersParallelForRunsTheTiles) {
  // On threads that come late or not, and on one after the other.
  const EmblemParallelFor inOrder = [](void *context, int64_t count,
                                       EmblemTask task, void *taskContext) {
    ++*static_cast<int *>(context);
    for (int64_t index = 0; index < count; ++index)
      task(taskContext, index);
  };
  for (EmblemParallelFor order : {EmblemParallelFor(countDown), inOrder})
    for (int threads : {1, 3, 5}) {
      RecordedStages stages(encoder(0));
      ThreadPool pool;
      Scheduler scheduler;
      int calls = 0;
      ASSERT_TRUE(
          scheduler.prepare(stages.table(), {&pool, threads, order, &calls}));
      runAllShapes(scheduler, stages);
      EXPECT_EQ(calls > 0, threads > 1);
    }
}

TEST(Scheduler, MeasuresTheTimeInEachStage) {
  RecordedStages stages(encoder(0));
  ThreadPool pool;
  ASSERT_TRUE(pool.start(2, false));
  Scheduler scheduler;
  ASSERT_TRUE(scheduler.prepare(stages.table(), {&pool, 2, nullptr, nullptr}));
  std::vector<int64_t> nanoseconds(6, 0);
  Batch batch = stages.begin({1999, 100, 40000});
  const int64_t start = emblem::platform::monotonicNanoseconds();
  scheduler.run(batch, nanoseconds.data());
  const int64_t wall = emblem::platform::monotonicNanoseconds() - start;
  EXPECT_EQ(stages.problem(), "");
  for (int64_t time : nanoseconds)
    EXPECT_GT(time, 0);
  EXPECT_LE(std::accumulate(nanoseconds.begin(), nanoseconds.end(), int64_t(0)),
            2 * wall);
}

TEST(RecordedStages, SeesAMissingCellAndAWrongOrder) {
  RecordedStages stages({{.columns = 2, .finish = true}, {.columns = 1}});
  stages.begin({2, 1, 4});
  stages.run(0, 0, 2, 0, 1);
  EXPECT_NE(stages.problem(), "") << "a column is missing";
  stages.finish(0, 0, 2, 0, 2);
  EXPECT_EQ(stages.problem(), "finish came before all of the row's columns");
  stages.begin({2, 1, 4});
  stages.run(1, 0, 1, 0, 1);
  EXPECT_EQ(stages.problem(),
            "a stage started before the one before it had ended");
}

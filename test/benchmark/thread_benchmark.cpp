//===- thread_benchmark.cpp - The cost of working together ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each thread has a fixed time of work a region, or a step; what the whole
// takes beyond that is the cost of starting and joining, in the counter
// overhead_us.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/pause_core.h"
#include "runtime/execute/cpu/scheduler.h"
#include "runtime/platform/wait.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

using namespace emblem::runtime;

// Long enough that no thread does the others' work while they come.
static constexpr int64_t workNanoseconds = 5000;

static void workFor(int64_t nanoseconds) {
  const int64_t end = emblem::platform::monotonicNanoseconds() + nanoseconds;
  while (emblem::platform::monotonicNanoseconds() < end)
    pauseCore();
}

namespace {
/// The time of every iteration: a median is not moved by what else the machine
/// does.
class Overhead {
public:
  void begin() { start = emblem::platform::monotonicNanoseconds(); }
  void end() {
    samples.push_back(emblem::platform::monotonicNanoseconds() - start);
  }

  /// For iterations of `regions` times workNanoseconds.
  void report(benchmark::State &state, int64_t regions) {
    auto middle = samples.begin() + ptrdiff_t(samples.size() / 2);
    std::nth_element(samples.begin(), middle, samples.end());
    const double each = double(*middle) / double(regions);
    state.counters["overhead_us"] = (each - workNanoseconds) / 1e3;
  }

private:
  std::vector<int64_t> samples;
  int64_t start = 0;
};
} // namespace

/// One run of the pool, in which every thread works once.
static void forkJoin(benchmark::State &state) {
  const int threads = int(state.range(0));
  ThreadPool pool;
  if (!pool.start(threads, /*pin=*/false)) {
    state.SkipWithError("the system gives no more threads");
    return;
  }
  std::atomic<int> left;
  auto body = [](void *context, int) {
    auto &left = *static_cast<std::atomic<int> *>(context);
    while (left.fetch_sub(1) > 0)
      workFor(workNanoseconds);
  };
  Overhead overhead;
  for (auto _ : state) {
    overhead.begin();
    left = threads;
    pool.run(body, &left);
    overhead.end();
  }
  overhead.report(state, 1);
}
BENCHMARK(forkJoin)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();

static int32_t stageThatWorks(EmblemSpan *, EmblemSpan *, EmblemSpan *,
                              EmblemSpan *, EmblemSpan *, EmblemSpan *,
                              EmblemSpan *, EmblemSpan *, int64_t, int64_t,
                              int64_t begin, int64_t end) {
  // The columns of all tiles together are `threads` times workNanoseconds.
  workFor((end - begin) * workNanoseconds);
  return 0;
}

/// A short text through as many stages as a model of six layers has: each is a
/// step, in which every thread has one tile.
static void schedulerStep(benchmark::State &state) {
  const int threads = int(state.range(0));
  std::vector<EmblemStage> stages(32);
  for (EmblemStage &stage : stages) {
    stage = {};
    stage.name = "work";
    stage.run = stageThatWorks;
    stage.columns = threads;
    stage.flops_per_row = 30e3 * threads; // worth a tile for each thread
  }
  EmblemModelTable table = {};
  table.row_block = 128;
  table.row_tile = 1;
  table.stages = stages.data();
  table.stage_count = int64_t(stages.size());

  ThreadPool pool;
  Scheduler scheduler;
  if (!pool.start(threads, /*pin=*/false) ||
      !scheduler.prepare(table, {&pool, threads, nullptr, nullptr})) {
    state.SkipWithError("the system gives no more threads or memory");
    return;
  }
  Batch batch = {};
  batch.shape = {8, 1, 64};
  std::vector<Step> steps(size_t(maxSteps(table.stage_count)));
  const int64_t stepCount = makePlan(table, batch.shape, threads, steps.data());
  for (int64_t i = 0; i < stepCount; ++i)
    if (steps[size_t(i)].tiles() != threads) {
      state.SkipWithError("the plan does not give each thread one tile");
      return;
    }
  Overhead overhead;
  for (auto _ : state) {
    overhead.begin();
    scheduler.run(batch, nullptr);
    overhead.end();
  }
  overhead.report(state, stepCount);
}
BENCHMARK(schedulerStep)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();

BENCHMARK_MAIN();

//===- scheduler.cpp - Runs the stages of a batch on threads --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cpu/scheduler.h"

using namespace emblem::runtime;

/// Steps take tens of microseconds; a thread that waits longer than the spin
/// most likely waits for one that the system has put aside, and lets it run.
static constexpr Patience betweenSteps = {50'000, 500'000};

bool Scheduler::prepare(const EmblemModelTable &newTable,
                        const Workers &newWorkers) {
  table = &newTable;
  workers = newWorkers;
  const size_t most = size_t(maxSteps(table->stage_count));
  return steps.allocate(most) && stepEnds.allocate(most) &&
         shares.allocate(size_t(workers.threads)) &&
         rowBlockProgress.allocate(size_t(maxSharedRowBlocks(workers.threads)));
}

void Scheduler::run(Batch &newBatch, int64_t *newStageNanoseconds) {
  batch = &newBatch;
  stageNanoseconds = newStageNanoseconds;
  stepCount = makePlan(*table, batch->shape, workers.threads, steps.data());

  if (workers.threads == 1) {
    for (int64_t i = 0; i < stepCount; ++i)
      for (int64_t tile = 0; tile < steps[size_t(i)].tiles(); ++tile)
        runTileAlone(*table, *batch, steps[size_t(i)], tile, stageNanoseconds);
    return;
  }
  uint32_t end = 0;
  for (int64_t i = 0; i < stepCount; ++i)
    stepEnds[size_t(i)] = end += uint32_t(steps[size_t(i)].tiles());
  for (int thread = 0; thread < workers.threads; ++thread)
    shares[size_t(thread)].stepAndTile.store(0, std::memory_order_relaxed);
  tilesDone.reset();
  if (workers.parallelFor)
    workers.parallelFor(workers.parallelContext, workers.threads, walkSteps,
                        this);
  else
    workers.pool->run(
        [](void *scheduler, int thread) { walkSteps(scheduler, thread); },
        this);
}

void Scheduler::walkSteps(void *scheduler, int64_t thread) {
  static_cast<Scheduler *>(scheduler)->walkSteps(int(thread));
}

void Scheduler::walkSteps(int thread) {
  for (int64_t at = 0; at < stepCount; ++at) {
    const uint32_t end = stepEnds[size_t(at)];
    if (tilesDone.hasReached(end))
      continue; // this thread came late
    uint32_t mine = 0;
    for (int i = 0; i < workers.threads; ++i)
      for (int64_t tile;
           (tile = claimTile(at, (thread + i) % workers.threads)) >= 0; ++mine)
        runTile(steps[size_t(at)], tile);
    // Whoever sees the sum sees all that was written for it.
    if (mine != 0)
      tilesDone.add(mine);
    tilesDone.waitFor(end, betweenSteps);
  }
}

/// The next tile of the thread `owner`'s share of a step, or -1. Claims order
/// nothing: `tilesDone` and the row blocks' counters do.
int64_t Scheduler::claimTile(int64_t stepIndex, int owner) {
  const int64_t tiles = steps[size_t(stepIndex)].tiles();
  auto start = [&](int64_t thread) {
    return uint64_t((thread * tiles + workers.threads - 1) / workers.threads);
  };
  const uint64_t first = start(owner), end = start(owner + 1);
  const uint64_t step = uint64_t(stepIndex) + 1;
  std::atomic<uint64_t> &share = shares[size_t(owner)].stepAndTile;
  uint64_t seen = share.load(std::memory_order_relaxed);
  while (true) {
    // A later step's number means that this step has ended meanwhile.
    const uint64_t seenStep = seen >> 32;
    const uint64_t next = seenStep == step ? uint32_t(seen) : first;
    if (seenStep > step || next == end)
      return -1;
    if (share.compare_exchange_weak(seen, step << 32 | (next + 1),
                                    std::memory_order_relaxed))
      return int64_t(next);
  }
}

void Scheduler::runTile(const Step &step, int64_t tile) {
  for (int64_t stage = step.firstStage; stage < step.endStage; ++stage)
    runStage(step, stage, tile);
}

void Scheduler::runStage(const Step &step, int64_t index, int64_t tile) {
  const EmblemStage &stage = table->stages[index];
  const int64_t rowBlock = step.rowBlock(tile);
  const Range rows = step.rowsOf(rowBlock);
  const Range all = {0, stage.columns};
  if (rows.begin == rows.end)
    return;
  if (step.part != Step::FinishOnly)
    callStage(*table, index, stage.run, *batch, rows,
              step.columnsOf(step.columnGroup(tile), stage.columns),
              stageNanoseconds);
  if (!stage.finish || step.part == Step::RunOnly)
    return;
  if (step.columnGroups > 1) {
    // The last group of a row block sees what the other groups wrote, and
    // leaves the counter at 0 for the next step.
    std::atomic<int64_t> &done = rowBlockProgress[size_t(rowBlock)].groupsDone;
    if (done.fetch_add(1, std::memory_order_acq_rel) + 1 < step.columnGroups)
      return;
    done.store(0, std::memory_order_relaxed);
  }
  callStage(*table, index, stage.finish, *batch, rows, all, stageNanoseconds);
}

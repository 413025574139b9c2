//===- scheduler.cpp - Runs the stages of a batch on threads --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/scheduler.h"

#include <new>

using namespace emblem::runtime;

/// Steps take tens of microseconds; a thread that waits longer than the spin
/// most likely waits for one that the system has put aside, and lets it run.
static constexpr Patience betweenSteps = {50'000, 500'000};

bool Scheduler::prepare(const EmblemModelTable &newTable, ThreadPool &newPool,
                        int newThreads, EmblemParallelFor newParallelFor,
                        void *newParallelContext) {
  table = &newTable;
  pool = &newPool;
  threads = newThreads;
  parallelFor = newParallelFor;
  parallelContext = newParallelContext;
  const size_t most = size_t(maxSteps(table->stage_count));
  steps.reset(new (std::nothrow) Step[most]);
  stepProgress.reset(new (std::nothrow) StepProgress[most]);
  rowBlockProgress.reset(
      new (std::nothrow) RowBlockProgress[size_t(maxSharedRowBlocks(threads))]);
  return steps && stepProgress && rowBlockProgress;
}

void Scheduler::run(Batch &newBatch, int64_t *newStageNanoseconds) {
  batch = &newBatch;
  stageNanoseconds = newStageNanoseconds;
  stepCount = makePlan(*table, batch->shape, threads, steps.get());

  if (parallelFor) {
    for (int64_t i = 0; i < stepCount; ++i) {
      sharedStep = &steps[size_t(i)];
      if (sharedStep->tiles() == 1)
        runTile(*sharedStep, 0);
      else
        parallelFor(parallelContext, sharedStep->tiles(), runTile, this);
    }
    return;
  }
  if (pool->size() == 1) {
    for (int64_t i = 0; i < stepCount; ++i)
      for (int64_t tile = 0; tile < steps[size_t(i)].tiles(); ++tile)
        runTile(steps[size_t(i)], tile);
    return;
  }
  for (int64_t i = 0; i < stepCount; ++i) {
    stepProgress[size_t(i)].claimed.store(0, std::memory_order_relaxed);
    stepProgress[size_t(i)].done.store(0, std::memory_order_relaxed);
  }
  stepsDone.reset();
  pool->run(walkSteps, this);
}

void Scheduler::walkSteps(void *scheduler, int) {
  static_cast<Scheduler *>(scheduler)->walkSteps();
}

void Scheduler::runTile(void *scheduler, int64_t tile) {
  Scheduler *self = static_cast<Scheduler *>(scheduler);
  self->runTile(*self->sharedStep, tile);
}

void Scheduler::walkSteps() {
  uint32_t at = stepsDone.load();
  while (at < uint32_t(stepCount)) {
    const Step &step = steps[at];
    StepProgress &progress = stepProgress[at];
    const int64_t mine = claimTiles(step, progress);
    // Whoever adds the last tiles has seen all the others', and opens the next
    // step: its advance() publishes what all threads wrote in this one.
    if (mine != 0 &&
        progress.done.fetch_add(mine, std::memory_order_acq_rel) + mine ==
            step.tiles())
      stepsDone.advance();
    at = stepsDone.waitWhile(at, betweenSteps);
  }
}

int64_t Scheduler::claimTiles(const Step &step, StepProgress &progress) {
  const int64_t tiles = step.tiles();
  int64_t mine = 0;
  // A claim orders nothing: stepsDone and the row blocks' counters do.
  for (int64_t tile;
       (tile = progress.claimed.fetch_add(1, std::memory_order_relaxed)) <
       tiles;
       ++mine)
    runTile(step, tile);
  return mine;
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
    call(index, stage.run, rows,
         step.columnsOf(step.columnGroup(tile), stage.columns));
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
  call(index, stage.finish, rows, all);
}

void Scheduler::call(int64_t stage, EmblemStageFunction function, Range rows,
                     Range columns) {
  const int64_t start = stageNanoseconds ? monotonicNanoseconds() : 0;
  function(&batch->arena, &batch->weights, &batch->ids, &batch->sequences,
           &batch->offsets, &batch->vectors, rows.begin, rows.end,
           columns.begin, columns.end);
  if (stageNanoseconds)
    std::atomic_ref<int64_t>(stageNanoseconds[stage])
        .fetch_add(monotonicNanoseconds() - start, std::memory_order_relaxed);
}

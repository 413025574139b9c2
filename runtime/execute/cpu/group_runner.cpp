//===- group_runner.cpp - Groups of texts, each by one thread -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cpu/group_runner.h"

#include "runtime/execute/cpu/stage_call.h"

#include <algorithm>

using namespace emblem::runtime;

bool GroupRunner::prepare(const EmblemModelTable &newTable,
                          const Workers &newWorkers) {
  table = &newTable;
  workers = newWorkers;
  return steps.allocate(size_t(workers.threads * maxSteps(table->stage_count)));
}

void GroupRunner::run(Batch &newBatch, const Groups &newGroups,
                      int64_t newArenaPart, int64_t *newStageNanoseconds) {
  batch = &newBatch;
  groups = newGroups;
  arenaPart = newArenaPart;
  stageNanoseconds = newStageNanoseconds;
  nextGroup.store(0, std::memory_order_relaxed);
  if (workers.parallelFor)
    workers.parallelFor(workers.parallelContext, workers.threads, takeGroups,
                        this);
  else
    workers.pool->run(
        [](void *runner, int thread) { takeGroups(runner, thread); }, this);
}

void GroupRunner::takeGroups(void *runner, int64_t thread) {
  static_cast<GroupRunner *>(runner)->takeGroups(thread);
}

// The pool's end of the run orders what threads wrote; claims order nothing.
void GroupRunner::takeGroups(int64_t thread) {
  for (int64_t group; (group = nextGroup.fetch_add(
                           1, std::memory_order_relaxed)) < groups.count;)
    runGroup(group, thread);
}

/// Of a span, from an element on; of an empty one, null.
template <typename T> static T *at(const EmblemSpan &span, int64_t first) {
  return span.size == 0 ? nullptr : static_cast<T *>(span.aligned) + first;
}

void GroupRunner::runGroup(int64_t group, int64_t thread) {
  const int64_t firstText = groups.starts[group];
  const int64_t texts = groups.starts[group + 1] - firstText;
  const auto *offsets = static_cast<int32_t *>(batch->offsets.aligned);
  const int32_t firstRow = offsets[firstText];
  const int32_t rows = offsets[firstText + texts] - firstRow;

  // The group as a batch of its own: texts and rows count from 0.
  int32_t *ownOffsets = groups.offsets + firstText + group;
  int32_t *sequences =
      static_cast<int32_t *>(batch->sequences.aligned) + firstRow;
  double pairs = 0;
  ownOffsets[0] = 0;
  for (int64_t text = 0; text < texts; ++text) {
    const int32_t begin = ownOffsets[text];
    const int32_t end = offsets[firstText + text + 1] - firstRow;
    ownOffsets[text + 1] = end;
    std::fill(sequences + begin, sequences + end, int32_t(text));
    pairs += double(end - begin) * double(end - begin);
  }
  OutputRows outputs;
  for (int64_t i = 0; i < allOutputCount(*table); ++i)
    outputs.of[i] = static_cast<float *>(batch->outputs[i].aligned);
  Batch own = makeBatch(
      *table, {rows, texts, pairs},
      {.arena = at<char>(batch->arena, thread * arenaPart),
       .arenaBytes = arenaPart,
       .ids = at<int32_t>(batch->ids, firstRow),
       .sequences = sequences,
       .offsets = ownOffsets,
       .types = at<int32_t>(batch->types, firstRow),
       .pixels = at<float>(batch->pixels, firstText * pixelsPerImage(*table)),
       .prompts = batch->prompts ? batch->prompts + firstText : nullptr},
      advance(*table, outputs, firstText, firstRow), batch->failure);

  Step *plan = steps.data() + thread * maxSteps(table->stage_count);
  const int64_t count = makePlan(*table, own.shape, /*threads=*/1, plan);
  for (int64_t i = 0; i < count; ++i)
    for (int64_t tile = 0; tile < plan[i].tiles(); ++tile)
      runTileAlone(*table, own, plan[i], tile, stageNanoseconds);
}

//===- plan.cpp - The split of one batch's stages -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cpu/plan.h"

#include "runtime/table/outputs.h"

#include <algorithm>

using namespace emblem::runtime;

namespace {

/// A step's end waits for its slowest tile: enough tiles a thread make that
/// short.
constexpr int64_t tilesPerThread = 4;

/// A tile costs a claim and cold first loads: below this it is not split.
constexpr double leastTileNanoseconds = 2000;

/// A core's rough speed, to turn a stage's work into time.
constexpr double flopsPerNanosecond = 100, bytesPerNanosecond = 10;

/// With fewer rows than this a thread waits for the weights, which threads that
/// take columns apart read once for all.
constexpr int64_t leastRowsPerThread = 56;

/// A norm over fewer rows than this is not worth a thread of its own.
constexpr int64_t leastFinishRows = 16;

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t roundUp(int64_t a, int64_t b) { return divideUp(a, b) * b; }

class Planner {
public:
  Planner(const EmblemModelTable &table, const BatchShape &shape, int threads,
          Step *steps)
      : table(table), shape(shape), threads(threads), steps(steps) {}

  int64_t plan() {
    for (int64_t stage = 0; stage < table.stage_count;)
      stage = isNeeded(table.stages[stage], shape.unwanted) ? addFrom(stage)
                                                            : stage + 1;
    return count;
  }

private:
  int64_t rowsOf(const EmblemStage &stage) const {
    return stage.rows == EMBLEM_ROWS_ARE_TOKENS ? shape.tokens
                                                : shape.sequences;
  }

  int64_t rowBlocksOf(const EmblemStage &stage) const {
    return divideUp(rowsOf(stage), table.row_block);
  }

  /// How many tiles the work of a stage is worth.
  int64_t worthwhileTiles(const EmblemStage &stage) const {
    const double rows = double(rowsOf(stage));
    const double flops = stage.flops_per_row * rows +
                         stage.flops_per_token * double(shape.tokens) +
                         stage.flops_per_pair * shape.pairs;
    const double bytes = stage.bytes_fixed + stage.bytes_per_row * rows;
    const int64_t most = tilesPerThread * threads;
    if (flops <= 0 && bytes <= 0)
      return most; // unknown
    const double nanoseconds =
        std::max(flops / flopsPerNanosecond, bytes / bytesPerNanosecond);
    return int64_t(
        std::clamp(nanoseconds / leastTileNanoseconds, 1.0, double(most)));
  }

  /// Whether each thread gets rows enough to take them through all columns, and
  /// through the row-local stages behind.
  bool hasManyRows(const EmblemStage &stage) const {
    if (threads == 1 || rowBlocksOf(stage) >= tilesPerThread * threads)
      return true;
    return stage.row_local && rowsOf(stage) >= leastRowsPerThread * threads;
  }

  bool isOneTile(const EmblemStage &stage) const {
    return rowBlocksOf(stage) == 1 && worthwhileTiles(stage) == 1;
  }

  /// Adds the steps that start at `stage`; returns the next stage.
  int64_t addFrom(int64_t stage) {
    const EmblemStage &first = table.stages[stage];
    const bool many = hasManyRows(first);
    if (!many && !isOneTile(first)) {
      addSplit(stage);
      return stage + 1;
    }
    // What is not needed in between is passed over as it is called.
    int64_t end = stage + 1;
    while (end < table.stage_count && table.stages[end].row_local &&
           table.stages[end].rows == first.rows &&
           (many || isOneTile(table.stages[end]) ||
            !isNeeded(table.stages[end], shape.unwanted)))
      ++end;
    // As many blocks for one thread as for another.
    const int64_t blocks = many
                               ? std::min({roundUp(rowBlocksOf(first), threads),
                                           rowsOf(first), maxTiles})
                               : 1;
    add({.firstStage = stage,
         .endStage = end,
         .rows = rowsOf(first),
         .rowBlocks = blocks,
         .columnGroups = 1,
         .rowGrain = grain(),
         .part = Step::RunAndFinish});
    return end;
  }

  void addSplit(int64_t index) {
    const EmblemStage &stage = table.stages[index];
    Step step = {.firstStage = index,
                 .endStage = index + 1,
                 .rows = rowsOf(stage),
                 .rowBlocks = rowBlocksOf(stage),
                 .columnGroups = 1,
                 .rowGrain = grain(),
                 .part = Step::RunAndFinish};
    const int64_t wanted = worthwhileTiles(stage);
    if (step.rowBlocks < wanted)
      step.columnGroups = evenGroups(step.rowBlocks, stage.columns,
                                     divideUp(wanted, step.rowBlocks));
    if (step.tiles() < wanted) {
      step.rowBlocks = std::min(step.rows, divideUp(wanted, step.columnGroups));
      step.rowGrain = 1;
    }

    // With fewer row blocks than threads, whoever ends a block would work on
    // its norm while others wait: then the norm is a step of its own.
    const int64_t finishBlocks =
        std::min(step.rows / leastFinishRows, tilesPerThread * threads);
    const bool apart = stage.finish && step.columnGroups > 1 &&
                       step.rowBlocks < threads && finishBlocks > 1;
    if (apart)
      step.part = Step::RunOnly;
    add(step);
    if (apart) {
      step.part = Step::FinishOnly;
      step.rowBlocks = finishBlocks;
      step.columnGroups = 1;
      step.rowGrain = 1;
      add(step);
    }
  }

  /// The number of column groups, of `least` or somewhat more, that leaves the
  /// slowest thread the least to do.
  int64_t evenGroups(int64_t rowBlocks, int64_t columns, int64_t least) const {
    least = std::min(least, columns);
    int64_t best = least, bestCost = INT64_MAX;
    for (int64_t groups = least; groups <= std::min(columns, 2 * least);
         ++groups) {
      const int64_t cost =
          divideUp(rowBlocks * groups, threads) * divideUp(columns, groups);
      if (cost < bestCost) {
        best = groups;
        bestCost = cost;
      }
    }
    return best;
  }

  int64_t grain() const { return std::max<int64_t>(table.row_tile, 1); }

  void add(const Step &step) { steps[count++] = step; }

  const EmblemModelTable &table;
  const BatchShape &shape;
  const int threads;
  Step *steps;
  int64_t count = 0;
};

} // namespace

Range Step::rowsOf(int64_t rowBlock) const {
  const int64_t grains = divideUp(rows, rowGrain);
  auto start = [&](int64_t block) {
    return std::min(rows, rowGrain * (block * grains / rowBlocks));
  };
  return {start(rowBlock), start(rowBlock + 1)};
}

Range Step::columnsOf(int64_t group, int64_t columns) const {
  return {group * columns / columnGroups, (group + 1) * columns / columnGroups};
}

int64_t emblem::runtime::maxSharedRowBlocks(int threads) {
  return tilesPerThread * threads;
}

int64_t emblem::runtime::makePlan(const EmblemModelTable &table,
                                  const BatchShape &shape, int threads,
                                  Step *steps) {
  return Planner(table, shape, threads, steps).plan();
}

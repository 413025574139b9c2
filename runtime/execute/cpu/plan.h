//===- plan.h - The split of one batch's stages -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A batch is run in steps; a step ends before the next one starts. There are
// two ways to split:
//
//   many rows    A step is a chain of stages, the first of any kind and the
//                rest `row_local`. A tile is a block of rows through the whole
//                chain, so that its activations stay in one core's cache.
//   few rows     A step is one stage. A tile is a block of rows by a group of
//                columns; tiles that follow each other share their columns, so
//                that each weight panel comes from memory once.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CPU_PLAN_H
#define EMBLEM_RUNTIME_EXECUTE_CPU_PLAN_H

#include "emblem/model_table.h"

namespace emblem::runtime {

/// What a batch asks of the stages.
struct BatchShape {
  int64_t tokens = 0;
  int64_t sequences = 0;
  double pairs = 0;      // the sum of squared lengths, in tokens
  uint32_t unwanted = 0; // bit i: nobody asks for output i
};

struct Range {
  int64_t begin, end;
};

struct Step {
  /// Which of a stage's functions a tile calls.
  enum Part { RunAndFinish, FinishOnly, RunOnly };

  int64_t firstStage, endStage;
  int64_t rows;
  int64_t rowBlocks;
  int64_t columnGroups; // 1 where a tile takes all columns
  int64_t rowGrain;     // row blocks begin at multiples of it
  Part part;

  int64_t tiles() const { return rowBlocks * columnGroups; }
  int64_t rowBlock(int64_t tile) const { return tile % rowBlocks; }
  int64_t columnGroup(int64_t tile) const { return tile / rowBlocks; }
  /// The rows of a row block: every row in one block, none in two.
  Range rowsOf(int64_t rowBlock) const;
  /// The columns of a group, of a stage's `columns`.
  Range columnsOf(int64_t group, int64_t columns) const;
};

/// Tiles that a step may have at most: more would gain nothing, and all steps'
/// together are counted in 32 bits.
inline constexpr int64_t maxTiles = 1 << 16;

/// Steps that a plan may have at most.
inline constexpr int64_t maxSteps(int64_t stageCount) { return 2 * stageCount; }

/// Row blocks that a step with more than one column group has at most.
int64_t maxSharedRowBlocks(int threads);

/// Writes the steps of a batch and returns their number. `threads` is how many
/// will take tiles. `shape` has at least one token and one sequence.
int64_t makePlan(const EmblemModelTable &table, const BatchShape &shape,
                 int threads, Step *steps);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_EXECUTE_CPU_PLAN_H

//===- attention_tile.h - A few queries against a chunk of keys -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The innermost part of attention (attention_loops.cpp says what it is part
// of): scores, weights and weighted values of up to a tile's height of queries.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_MLIR_ATTENTION_TILE_H
#define EMBLEM_COMPILER_BACKEND_CPU_MLIR_ATTENTION_TILE_H

#include "compiler/backend/cpu/mlir/attention_positions.h"

namespace emblem::cpu {

/// What tiles write and read, on the stack.
struct AttentionScratch {
  AttentionScratch(const AttentionShape &shape, LoopBuilder &b);

  mlir::Value scores;  // [query tile, chunk keys], f32
  mlir::Value weights; // the same, in the rows' precision
  // From chunk to chunk, where a text has many: lanes are queries of a tile.
  mlir::Value maxima, totals; // [tiles, lanes]
  mlir::Value sums;           // [query block, columns]
};

/// A chunk of keys for a block of queries.
struct AttentionChunk {
  mlir::Value head;        // of the queries
  mlir::Value begin;       // row
  mlir::Value keys;        // how many
  mlir::Value first, last; // i1: whether it is the first or last that is seen
};

/// `height` queries against one chunk, whose operands are packed.
struct AttentionTile {
  kernel::AttentionOp op;
  LoopBuilder &b;
  const AttentionShape &shape;
  AttentionOperands &operands;
  AttentionPositions &positions;
  const AttentionScratch &scratch;
  const AttentionChunk &chunk;
  KeyRange range; // of the keys that any of the queries sees
  int64_t height;
  mlir::Value index; // in the block of queries
  mlir::Value place; // of the first query in the block
  mlir::Value row;   // of the first query in the batch

  void emit();

private:
  llvm::SmallVector<mlir::Value> emitScores();
  llvm::SmallVector<mlir::Value> scoreKeys(mlir::Value key, int64_t vectors,
                                           mlir::ValueRange largest);
  mlir::Value firstScores(mlir::Value key);
  mlir::Value finishScores(mlir::Value scores, int64_t query, mlir::Value key);
  mlir::Value lanesBelow(mlir::Value limit);
  mlir::Value lanesSeen(mlir::Value own, mlir::Value key);
  std::pair<mlir::Value, mlir::Value>
  emitWeights(llvm::SmallVector<mlir::Value> largest);
  llvm::SmallVector<mlir::Value> weighKeys(mlir::Value key, int64_t vectors,
                                           mlir::ValueRange maximum,
                                           mlir::ValueRange totals);
  void emitSums(mlir::Value correction, mlir::Value normaliser);
  void sumFeatures(mlir::Value column, int64_t count, mlir::Value correction,
                   mlir::Value normaliser);

  mlir::Value exp2(mlir::Value x);
  /// What scores are still to be multiplied by.
  double scoreScale();
};

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_MLIR_ATTENTION_TILE_H

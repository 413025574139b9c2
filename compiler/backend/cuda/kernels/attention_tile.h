//===- attention_tile.h - A block of queries against its keys ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ATTENTION_TILE_H
#define EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ATTENTION_TILE_H

#include "compiler/backend/cuda/kernels/attention_positions.h"
#include "compiler/backend/cuda/kernels/attention_scores.h"

namespace emblem::cuda {

/// One head, one block of queries.
class AttentionTile {
public:
  using Value = mlir::Value;

  AttentionTile(kernel::AttentionOp op, KernelFunction &f,
                const AttentionShape &shape);

  void write();

private:
  struct State; // what a block of keys changes

  /// Copies `count` rows of the head of queries, keys or values.
  void copyHead(Value to, Value from, int64_t count, Value rowsLeft);
  void copyKeys(Value stage, Value from, Value rowsLeft);
  llvm::SmallVector<Value> load(Value pointer);
  llvm::SmallVector<Value> getQueries(int64_t step);
  /// Adds a block of keys, from `firstKey` on, at `stage` in shared memory.
  void addKeys(State &state, AttentionScores &scores,
               AttentionPositions &positions, Value firstKey, Value stage);
  llvm::SmallVector<Value> multiplyKeys(Value stage);
  /// Scores become weights; what was summed before is brought to their maximum.
  void weigh(State &state, llvm::MutableArrayRef<Value> scores, double factor);
  void multiplyValuesNarrow(State &state, llvm::ArrayRef<Value> weights,
                            Value values);
  // The same by multiply-adds (plain_attention.cpp): four products for each
  // eight keys; `sums` and `weights` are the state's.
  llvm::SmallVector<Value> multiplyKeysPlain(Value stage);
  void multiplyValuesPlain(llvm::MutableArrayRef<Value> sums,
                           llvm::MutableArrayRef<Value> sumsOfWeights,
                           llvm::ArrayRef<Value> weights, Value values);
  void multiplyValuesF32(State &state, llvm::ArrayRef<Value> weights,
                         Value values);
  void store(const State &state);
  /// The thread's two columns of eight; `columnsLeft` of the head are there.
  void storePair(llvm::ArrayRef<Value> pair, Value to, mlir::Type element,
                 int64_t columnsLeft);

  kernel::AttentionOp op;
  KernelFunction &f;
  const AttentionShape &shape;
  Value thread, head;
  TensorCoreBuilder cores;
  RowCopy copy;
  Value shared;
  Value begin, tokens; // the text
  Value firstQuery;
  std::array<Value, 2> queries; // the thread's, in the text
  llvm::SmallVector<Value> queryPlaces, keyPlaces, valuePlaces;
  llvm::SmallVector<llvm::SmallVector<Value>> heldQueries;
};

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ATTENTION_TILE_H

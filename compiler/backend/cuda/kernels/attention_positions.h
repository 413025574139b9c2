//===- attention_positions.h - Scores by content and position ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What scores gain from the position tables (He et al., "DeBERTa", 2021). A
// block of queries is multiplied with the columns of `position_keys` that its
// distances to a block of keys need, and the keys with those of
// `position_queries`; a score then picks one product of each, by its distance.
// The columns that are needed lie side by side, for a column's number does not
// grow as the key moves on. Most of those of the queries are needed for the next
// block of keys, too: products stay where column c is, c modulo those kept.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ATTENTION_POSITIONS_H
#define EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ATTENTION_POSITIONS_H

#include "compiler/backend/cuda/kernels/attention_shape.h"

namespace emblem::cuda {

/// Of one head and one block of queries. Without position tables there is
/// nothing to write.
class AttentionPositions {
public:
  using Value = mlir::Value;

  /// `thread` is the block's, `queries` its two in the text of `tokens` tokens.
  AttentionPositions(kernel::AttentionOp op, KernelFunction &f,
                     const AttentionShape &shape, Value thread, Value head,
                     Value tokens, Value firstQuery,
                     std::array<Value, 2> queries);

  /// What a block of keys leaves to the next: a loop carries it.
  llvm::SmallVector<Value> getState() const;
  void setState(mlir::ValueRange state);

  /// The products of the block's queries, which begin shared memory, and of the
  /// keys from `firstKey` on, which are at `keys` in it. All threads take part;
  /// a barrier comes behind, and before the next.
  void multiply(Value firstKey, Value keys);

  /// Adds them to products of queries and keys; `key` is the thread's first.
  void add(llvm::MutableArrayRef<Value> scores, Value key);

private:
  /// The number of the column at a distance, counted from `positions` - 1 before
  /// the query.
  Value columnAt(Value distance);
  /// Row r of `rows`, in shared memory, times columns [first, first + 8 tiles) of
  /// the head's part of `table`; `placeOf` says where a row's products with the
  /// tile-th eight of them go, r times `pitch` bytes before.
  void multiplyRows(Value rows, int64_t count, Value table, Value tiles,
                    int64_t pitch, llvm::function_ref<Value(Value)> placeOf);
  /// Eight columns from the one at `column` on, as `multiply` takes them: the
  /// thread's features of a step.
  llvm::SmallVector<Value> loadColumns(Value column, Value table, int64_t step);
  /// The thread's products of `count` rows with the tile-th eight columns, as
  /// they lie in `multiply`'s sums.
  llvm::SmallVector<Value> multiplyTile(Value rows, int64_t count, Value table,
                                        Value tile);
  llvm::SmallVector<Value> multiplyPlainTile(Value rows, int64_t count,
                                             Value table, Value tile);
  /// The head's part of a table, from column `first` on, and `column` further.
  Value atColumn(Value table, Value column);

  kernel::AttentionOp op;
  KernelFunction &f;
  const AttentionShape &shape;
  TensorCoreBuilder cores;
  Value warp, head, tokens, firstQuery;
  std::array<Value, 2> queries;
  Value shared, ofQueries, ofKeys; // rows of f32
  llvm::SmallVector<Value> rowPlaces;
  // Of the block of keys: the first column, a multiple of eight, and how far
  // behind it the last is.
  Value first, last;
  Value known; // products of the queries are there from this column on
};

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ATTENTION_POSITIONS_H

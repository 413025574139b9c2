//===- attention_positions.h - Scores by content and position ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What scores gain from the position tables (He et al., "DeBERTa", 2021). A
// block of queries is multiplied with the columns of `position_keys` that its
// distances to a chunk of keys need, and the chunk with those of
// `position_queries`; a score then picks one product of each, by its distance.
// The columns that are needed lie side by side, for a column's number falls as
// the key moves on.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_MLIR_ATTENTION_POSITIONS_H
#define EMBLEM_COMPILER_BACKEND_CPU_MLIR_ATTENTION_POSITIONS_H

#include "compiler/backend/cpu/mlir/attention_operands.h"

namespace emblem::cpu {

/// The products of one block of queries and one chunk of keys, for one head.
/// Without position tables there is nothing to emit.
class AttentionPositions {
public:
  AttentionPositions(kernel::AttentionOp op, const AttentionShape &shape,
                     LoopBuilder &b);

  /// Emits the products of rows [row, rowEnd) as queries, and of `keys` rows
  /// from `begin` on as keys.
  void multiply(mlir::Value head, mlir::Value row, mlir::Value rowEnd,
                mlir::Value begin, mlir::Value keys);

  /// The sums of both products for a query of the block and `lanes` keys of the
  /// chunk from `key` on; zero in the lanes that are not `seen`. `own` is the
  /// query's place, counted from `key`.
  mlir::Value load(mlir::Value query, mlir::Value key, mlir::Value own,
                   mlir::Value seen);

private:
  /// out[r][c] = the head of row begin + r times column first + c of `table`.
  void multiplyRows(mlir::Value table, mlir::Value begin, mlir::Value count,
                    mlir::Value column, mlir::Value out);
  /// The number of the column for a key `distance` rows after its query.
  mlir::Value columnAt(mlir::Value distance);
  mlir::Value pick(mlir::Value products, mlir::Value row, mlir::Value at,
                   mlir::Value seen);

  kernel::AttentionOp op;
  const AttentionShape &shape;
  LoopBuilder &b;
  int64_t width = 0;              // most columns of products, whole vectors
  mlir::Value ofQueries, ofKeys;  // [query block or chunk keys, width], f32
  mlir::Value headColumn;         // the head's first row of the tables
  mlir::Value first, columnCount; // columns that the block and the chunk need
};

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_MLIR_ATTENTION_POSITIONS_H

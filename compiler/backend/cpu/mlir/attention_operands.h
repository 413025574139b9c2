//===- attention_operands.h - Operands of attention -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Attention is two matmuls, and the right-hand side of each is activations: the
// keys of a chunk, transposed (a vector is one feature of `lanes` keys), and
// its values (a vector is `lanes` features of one key). Products are summed one
// at a time in f32, two at a time in bf16; a "word" is what one multiply-add
// takes of an operand: one f32, or two bf16 side by side.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_MLIR_ATTENTION_OPERANDS_H
#define EMBLEM_COMPILER_BACKEND_CPU_MLIR_ATTENTION_OPERANDS_H

#include "compiler/backend/cpu/mlir/loop_builder.h"

namespace emblem::cpu {

/// Sizes of the loops and of their scratch, from the head size and the target.
struct AttentionShape {
  AttentionShape(kernel::AttentionOp op, const Target &target);

  int64_t headSize;
  int64_t queriesPerKey; // heads of queries that share one of keys and values
  int64_t keyColumn;     // where keys begin in a row,
  int64_t valueColumn;   // and values
  bool bf16;             // the rows' elements; else f32
  // Scores are in units of log2 as they are stored; else they are still to be
  // multiplied by scale * log2(e), with what follows the dot product.
  bool scaled;
  bool windowed;        // a query may not see all keys of its text
  int64_t wordSize;     // elements a word: 1 or 2
  int64_t headWords;    // words of a head, an odd last element padded by zero
  int64_t columns;      // head size, padded to whole vectors
  int64_t chunkKeys;    // keys at a time: whole vectors
  int64_t queryBlock;   // queries that share the packed keys and values
  int64_t queryTile;    // queries whose sums live in registers,
  int64_t tileVectors;  // and the vectors of keys, or of features, of each
  int64_t positionTile; // rows whose products with position tables do
};

/// Keys of a chunk, counted from its first; `from` begins a pair of vectors.
struct KeyRange {
  mlir::Value from, to;
};

/// The keys and values of one chunk of a text, for one head.
class AttentionOperands {
public:
  AttentionOperands(kernel::AttentionOp op, const AttentionShape &shape,
                    LoopBuilder &b);

  /// Emits the packing of the chunk's `range`; the chunk is rows [begin, begin
  /// + count), and `head` counts heads of queries.
  void pack(mlir::Value head, mlir::Value begin, mlir::Value count,
            KeyRange range);

  /// Emits the fetching into cache of what the next head reads of a row: its
  /// key and value, or its query.
  void prefetchNextHead(mlir::Value row, bool query);

  /// Word `word` of the features of the keys key ... key + lanes - 1.
  mlir::Value loadKeys(mlir::Value word, mlir::Value key);
  /// The value words of `count` <= lanes features from `column` on; `word`
  /// counts words of keys.
  mlir::Value loadValues(mlir::Value word, mlir::Value column, int64_t count);
  /// One word of a memref of the rows' elements, in every lane.
  mlir::Value loadSplat(mlir::Value memref, mlir::ValueRange at);
  /// sum + the products of the words of `a` and `b`.
  mlir::Value multiplyAdd(mlir::Value a, mlir::Value b, mlir::Value sum);

  mlir::Value queryColumn() { return columnOf[0]; }

private:
  void packKeys(mlir::Value begin, mlir::Value count, KeyRange range);
  void packValues(mlir::Value begin, KeyRange range);

  kernel::AttentionOp op;
  const AttentionShape &shape;
  LoopBuilder &b;
  mlir::Value keys;        // [head words, chunk keys * word size]
  mlir::Value values;      // bf16: [chunk keys / 2, columns * 2]; f32: in place
  mlir::Value columnOf[3]; // the head's first column of query, key, value
  mlir::Value chunkBegin;  // row
};

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_MLIR_ATTENTION_OPERANDS_H

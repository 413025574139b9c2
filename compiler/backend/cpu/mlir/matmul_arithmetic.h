//===- matmul_arithmetic.h - Products and sums of a matmul ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What a matmul's tile does down K and at its end, for the types of its input
// and its weight.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_MLIR_MATMUL_ARITHMETIC_H
#define EMBLEM_COMPILER_BACKEND_CPU_MLIR_MATMUL_ARITHMETIC_H

#include "compiler/backend/cpu/mlir/loop_builder.h"

namespace emblem::cpu {

class MatmulArithmetic {
public:
  MatmulArithmetic(kernel::MatmulOp op, LoopBuilder &b) : op(op), b(b) {}
  virtual ~MatmulArithmetic() = default;

  /// Rows of a tile, at most.
  virtual int64_t mostRows() { return b.target.tileRows; }
  /// The hot loop: sums[i * tileVectors + j] over all of K, of row i of `rows`
  /// and the panel's columns from j * lanes on. Each sum takes k in order. `tile`
  /// counts the tiles that have read the panel before.
  virtual llvm::SmallVector<mlir::Value>
  accumulate(llvm::ArrayRef<mlir::Value> rows, mlir::Value panel,
             mlir::Value tile) = 0;
  /// What a row's sums are scaled and moved by, in every lane; none in floats.
  struct RowTerms {
    mlir::Value scale;
    mlir::Value zeroPoint; // -scale * zero point
  };
  virtual RowTerms loadRowTerms(mlir::Value row) { return {}; }
  /// The finished sum in f32, with the bias where there is one.
  virtual mlir::Value finish(mlir::Value sum, RowTerms terms,
                             mlir::Value column);

  /// The arithmetic for the types of `op`.
  static std::unique_ptr<MatmulArithmetic> create(kernel::MatmulOp op,
                                                  LoopBuilder &b);

protected:
  /// Asks for weights that are read later, in the midst of step `step` of a
  /// tile: for what this tile reads next, and for a part of the next panel,
  /// which the panel's first tiles fetch together.
  void prefetch(mlir::Value panel, mlir::Value step, mlir::Value tile);

  kernel::MatmulOp op;
  LoopBuilder &b;
};

/// The arithmetic of weights in i4.
std::unique_ptr<MatmulArithmetic> createInt4Arithmetic(kernel::MatmulOp op,
                                                       LoopBuilder &b);

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_MLIR_MATMUL_ARITHMETIC_H

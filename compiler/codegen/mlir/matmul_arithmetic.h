//===- matmul_arithmetic.h - Products and sums of a matmul ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What a matmul's tile does at each step down K, for the types of its input and
// its weight. A step takes a group of `depth` inputs: 1, 2 or 4, as a lane's 32
// bits hold.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_CODEGEN_MLIR_MATMUL_ARITHMETIC_H
#define EMBLEM_COMPILER_CODEGEN_MLIR_MATMUL_ARITHMETIC_H

#include "compiler/codegen/mlir/loop_builder.h"

namespace emblem::codegen {

class MatmulArithmetic {
public:
  MatmulArithmetic(kernel::MatmulOp op, LoopBuilder &b)
      : op(op), b(b), depth(op.getDepth()) {}
  virtual ~MatmulArithmetic() = default;

  /// The steps down K; the last may be a part of a group.
  int64_t steps() { return (op.getTrueInputSize() + depth - 1) / depth; }
  /// Inputs of the last group where it is not whole, else 0.
  int64_t partialGroup() { return op.getTrueInputSize() % depth; }

  /// The sums of `lanes` columns before the first product.
  virtual mlir::Value zero() = 0;
  /// A group of a row's inputs, in every lane; with `count`, only the first
  /// `count` of them, the others zero.
  virtual mlir::Value loadInput(mlir::Value row, mlir::Value step,
                                int64_t count = 0) = 0;
  /// A group of weights for each of `lanes` columns, from column `offset` of
  /// the panel on.
  virtual mlir::Value loadWeights(mlir::Value panel, mlir::Value step,
                                  mlir::Value offset) = 0;
  virtual mlir::Value multiplyAdd(mlir::Value input, mlir::Value weights,
                                  mlir::Value sum) = 0;
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
  kernel::MatmulOp op;
  LoopBuilder &b;
  int64_t depth;
};

} // namespace emblem::codegen

#endif // EMBLEM_COMPILER_CODEGEN_MLIR_MATMUL_ARITHMETIC_H

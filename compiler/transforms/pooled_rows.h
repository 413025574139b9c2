//===- pooled_rows.h - Values with one row a text ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TRANSFORMS_POOLED_ROWS_H
#define EMBLEM_COMPILER_TRANSFORMS_POOLED_ROWS_H

#include "dialects/kernel/kernel_dialect.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace emblem {

/// What a pooling gives, and all that is computed from it, has one row a text;
/// everything before has one row a token.
class PooledRows {
public:
  /// Notes the results of `op`; kernels are visited in order. True where its
  /// rows are texts.
  bool visit(kernel::KernelOpInterface op) {
    bool overTexts =
        op.pools() || llvm::any_of(op->getOperands(), [&](mlir::Value operand) {
          return values.contains(operand);
        });
    if (overTexts)
      values.insert(op->result_begin(), op->result_end());
    return overTexts;
  }

  bool contains(mlir::Value value) const { return values.contains(value); }

private:
  llvm::DenseSet<mlir::Value> values;
};

} // namespace emblem

#endif // EMBLEM_COMPILER_TRANSFORMS_POOLED_ROWS_H

//===- add_kernel.cpp - The sum of two rows -------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/row_threads.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

LogicalResult cuda::writeAdd(kernel::AddOp op, StageWriter &stage) {
  auto type = cast<ShapedType>(op.getResult().getType());
  addRowKernel(stage, RowShape(type.getDimSize(1)), /*reductions=*/0,
               [&](KernelFunction &f, RowThreads &row) {
                 auto load = [&](Value rows) {
                   return row.load(f.ofRow(rows, row.getRow()),
                                   getElementTypeOrSelf(rows));
                 };
                 RowThreads::Values sums = load(op.getLhs());
                 for (auto [sum, x] : llvm::zip_equal(sums, load(op.getRhs())))
                   sum = f.addf(sum, x);
                 row.store(sums, f.ofRow(op.getResult(), row.getRow()),
                           type.getElementType());
               });
  return success();
}

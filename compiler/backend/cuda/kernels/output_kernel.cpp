//===- output_kernel.cpp - Rows into the caller's vectors -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/row_threads.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

LogicalResult cuda::writeOutput(kernel::OutputOp op, StageWriter &stage) {
  int64_t width = op.getWidth();
  addRowKernel(stage, RowShape(width), /*reductions=*/0,
               [&](KernelFunction &f, RowThreads &row) {
                 Value number = row.getRow();
                 row.store(row.load(f.ofRow(op.getInput(), number),
                                    getElementTypeOrSelf(op.getInput())),
                           f.atRow(f.output(), number, 4 * width), f.f32Type());
               });
  return success();
}

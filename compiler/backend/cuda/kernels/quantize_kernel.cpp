//===- quantize_kernel.cpp - Rows in a narrower type ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/row_threads.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

LogicalResult cuda::writeQuantize(kernel::QuantizeOp op, StageWriter &stage) {
  if (getElementTypeOrSelf(op.getResult()).isInteger(16))
    return op.emitError("writes rows in i16, which this device does not read");
  addRowKernel(stage, RowShape(op.getWidth()), kNarrowReductions,
               [&](KernelFunction &f, RowThreads &row) {
                 row.storeNarrow(row.load(f.ofRow(op.getInput(), row.getRow()),
                                          getElementTypeOrSelf(op.getInput())),
                                 op.getSmoothing(), op.getResult());
               });
  return success();
}

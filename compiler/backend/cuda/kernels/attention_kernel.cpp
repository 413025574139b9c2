//===- attention_kernel.cpp - Attention within each text ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/attention_tile.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

static LogicalResult verify(kernel::AttentionOp op) {
  if (op->getNumResults() > 1)
    return op.emitError("has no code for a second result on this device");
  Type rows = getElementTypeOrSelf(op.getInput());
  for (Value table : {op.getPositionKeys(), op.getPositionQueries()})
    if (table && rows != getElementTypeOrSelf(table))
      return op.emitError("has no code for position tables in ")
             << getElementTypeOrSelf(table) << " with an input in " << rows
             << " on this device";
  int64_t headSize = op.getHeadSize();
  if (headSize > 256)
    return op.emitError("has no code for heads of ")
           << headSize << " on this device: of up to 256";
  return success();
}

LogicalResult cuda::writeAttention(kernel::AttentionOp op, StageWriter &stage) {
  if (failed(verify(op)))
    return failure();
  AttentionShape shape(op, stage.getTarget(), stage.getF32Product());
  if (shape.sharedBytes > stage.getTarget().sharedBytes)
    return op.emitError("has no code for position tables and heads of ")
           << shape.headSize << " on this device";
  stage.setGrid(Grid::QueryTiles);
  stage.addKernel({.gridX = shape.heads,
                   .threads = shape.threads,
                   .sharedBytes = shape.sharedBytes,
                   .mostRegisters = 255},
                  [&](KernelFunction &f) {
                    f.returnUnless(
                        f.less(f.blockY(), f.countQueryTiles()),
                        [&] { AttentionTile(op, f, shape).write(); });
                  });
  return success();
}

//===- stage_inputs.cpp - Places that matmuls read ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/stage_inputs.h"

#include "compiler/backend/cpu/memory/row_buffer.h"
#include "compiler/transforms/pooled_rows.h"

using namespace emblem;
using namespace emblem::driver;

void StageInputCollector::runAfterPass(mlir::Pass *pass, mlir::Operation *op) {
  if (pass->getArgument() != "plan-memory")
    return;
  PooledRows pooled;
  op->walk([&](kernel::KernelOpInterface kernelOp) {
    pooled.visit(kernelOp);
    auto matmul = mlir::dyn_cast<kernel::MatmulOp>(*kernelOp);
    if (!matmul || pooled.contains(matmul.getInput()))
      return;
    auto input = mlir::cast<mlir::OpResult>(matmul.getInput());
    auto rows = mlir::cast<mlir::ShapedType>(input.getType());
    inputs.push_back({matmul.getStage()->str(), getSlot(input),
                      getRowBytes(getRowBuffer(rows, target)),
                      rows.getDimSize(1)});
  });
}

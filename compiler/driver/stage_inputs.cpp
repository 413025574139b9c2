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
    mlir::Value read;
    if (auto matmul = mlir::dyn_cast<kernel::MatmulOp>(*kernelOp))
      read = matmul.getInput();
    else if (auto attention = mlir::dyn_cast<kernel::AttentionOp>(*kernelOp);
             attention && ofAttention)
      read = attention.getInput();
    if (!read || pooled.contains(read))
      return;
    auto input = mlir::cast<mlir::OpResult>(read);
    auto rows = mlir::cast<mlir::ShapedType>(input.getType());
    auto stage = kernelOp->getAttrOfType<mlir::StringAttr>("stage");
    inputs.push_back({stage.str(), getSlot(input),
                      getRowBytes(getRowBuffer(rows, target)),
                      rows.getDimSize(1)});
  });
}

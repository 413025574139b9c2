//===- live_value_collector.cpp - Places of a model's activations ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/live_value_collector.h"

#include "compiler/backend/cpu/memory/row_buffer.h"
#include "compiler/transforms/pooled_rows.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/raw_ostream.h"

using namespace emblem;
using namespace emblem::accuracy;
using namespace emblem::driver;

static std::string nameOf(mlir::OpResult result) {
  std::string name;
  llvm::raw_string_ostream os(name);
  os << result.getOwner()->getAttrOfType<mlir::StringAttr>("stage").getValue()
     << ' ' << result.getType();
  return name;
}

void LiveValueCollector::runAfterPass(mlir::Pass *pass, mlir::Operation *op) {
  if (pass->getArgument() != "plan-memory")
    return;
  llvm::DenseMap<mlir::Operation *, size_t> stages; // as outline-stages counts
  op->walk([&](kernel::KernelOpInterface kernelOp) {
    stages.insert({kernelOp, stages.size()});
  });
  PooledRows pooled;
  op->walk([&](kernel::KernelOpInterface kernelOp) {
    bool perText = pooled.visit(kernelOp);
    for (mlir::OpResult result : kernelOp->getResults()) {
      auto rows = mlir::cast<mlir::ShapedType>(result.getType());
      LiveValue value = {nameOf(result),
                         stages[kernelOp],
                         stages[kernelOp],
                         getSlot(result),
                         getRowBytes(getRowBuffer(rows, target)),
                         perText};
      for (mlir::Operation *user : result.getUsers())
        value.lastReader = std::max(value.lastReader, stages.lookup(user));
      values.push_back(std::move(value));
    }
  });
}

//===- kernel_ops.cpp - Memory effects of the kernels ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/kernel_dialect.h"
#include "dialects/kernel/layout_syntax.h"

using namespace mlir;
using namespace emblem::kernel;

#define GET_OP_CLASSES
#include "dialects/kernel/kernel_ops.cpp.inc"

void emblem::kernel::addBufferEffects(
    KernelOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  SmallVector<Value> destinations = op.getDestinations();
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    if (llvm::is_contained(destinations, operand.get()))
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
    effects.emplace_back(MemoryEffects::Read::get(), &operand);
  }
}

//===- lower_kernels.cpp - kernel -> vector, scf, memref, math ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/kernel_loops.h"
#include "compiler/backend/cpu/provider/own_kernels.h"
#include "compiler/target/target_diagnostic.h"

#include "llvm/ADT/TypeSwitch.h"

namespace emblem::cpu {
#define GEN_PASS_DEF_LOWERKERNELS
#include "compiler/backend/cpu/mlir/passes.h.inc"
} // namespace emblem::cpu

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

/// Whether `target` has the dot product that the rows' type is made for.
static LogicalResult checkDot(kernel::NarrowableOperands op,
                              const Target &target) {
  for (auto [operand, kind] : op.getNarrowOperands()) {
    bool integers = kind == kernel::NarrowKind::DotRows;
    if (!integers && kind != kernel::NarrowKind::AttentionRows)
      continue;
    Type input = cast<ShapedType>(operand->get().getType()).getElementType();
    if (input.isF32() || (input.isBF16() && target.bf16Dot) ||
        (integers && input.isInteger(target.integerDot.elementBits())))
      continue;
    return op->emitOpError()
           << "has an input in " << input << ", for which " << target.name
           << " has no dot product; choose the precision for "
              "this target";
  }
  return success();
}

/// Whether the loops for `target` read the weights as they are packed.
static LogicalResult checkPanels(kernel::PackedWeight op,
                                 const Target &target) {
  auto weight = cast<ShapedType>(op.getPackedOperand().get().getType());
  int64_t columns = weight.getDimSize(2);
  if (columns == target.panelColumns())
    return success();
  return op->emitOpError() << "has panels of " << columns
                           << " columns, but the tile of " << target.name
                           << " takes " << target.panelColumns()
                           << "; pack the weights for this target";
}

static LogicalResult emitLoops(Operation *kernel, LoopBuilder &loops) {
  return TypeSwitch<Operation *, LogicalResult>(kernel)
#define EMBLEM_KERNEL(NAME)                                                    \
  .Case([&](kernel::NAME##Op op) {                                             \
    emit##NAME(op, loops);                                                     \
    return success();                                                          \
  })
#include "compiler/backend/cpu/mlir/kernels.def"
      .Default([](Operation *op) {
        return op->emitOpError("has no loops: kernels.def does not list it");
      });
}

namespace {
struct LowerKernels : cpu::impl::LowerKernelsBase<LowerKernels> {
  using LowerKernelsBase::LowerKernelsBase;

  void runOnOperation() override {
    const Target *found = findTargetOrEmit(getOperation(), target);
    if (!found)
      return signalPassFailure();
    SmallVector<kernel::KernelOpInterface> kernels =
        cpu::findOwnKernels(getOperation(), "mlir");
    for (kernel::KernelOpInterface op : kernels) {
      if (auto narrowable = dyn_cast<kernel::NarrowableOperands>(*op);
          narrowable && failed(checkDot(narrowable, *found)))
        return signalPassFailure();
      if (auto packed = dyn_cast<kernel::PackedWeight>(*op);
          packed && failed(checkPanels(packed, *found)))
        return signalPassFailure();
      OpBuilder builder(op);
      LoopBuilder loops(builder, op.getLoc(), *found);
      if (failed(emitLoops(op, loops)))
        return signalPassFailure();
      op->erase();
    }
  }
};
} // namespace

void cpu::addLoopPasses(OpPassManager &passes, const Target &target) {
  std::string name = target.name.str();
  // kernel -> vector, scf, memref, math; then exp2, erf ... of vectors -> arith
  passes.addNestedPass<func::FuncOp>(createLowerKernels({name}));
  passes.addNestedPass<func::FuncOp>(createExpandMath({name}));
}

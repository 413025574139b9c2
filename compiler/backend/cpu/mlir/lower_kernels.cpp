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

/// Whether `target` has the dot product that the inputs' type is made for.
static LogicalResult checkDot(Operation *op, Value rows, const Target &target) {
  Type input = cast<ShapedType>(rows.getType()).getElementType();
  bool integers = isa<kernel::MatmulOp>(op);
  if (input.isF32() || (input.isBF16() && target.bf16Dot) ||
      (integers && input.isInteger(target.integerDot.elementBits())))
    return success();
  return op->emitOpError() << "has an input in " << input << ", for which "
                           << target.name
                           << " has no dot product; choose the precision for "
                              "this target";
}

/// Whether the loops for `target` read the weights as they are packed.
template <typename OpT>
static LogicalResult checkPanels(OpT op, const Target &target) {
  int64_t columns = op.getWeight().getType().getDimSize(2);
  if (columns == target.panelColumns())
    return success();
  return op.emitOpError() << "has panels of " << columns
                          << " columns, but the tile of " << target.name
                          << " takes " << target.panelColumns()
                          << "; pack the weights for this target";
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
      if (auto matmul = dyn_cast<kernel::MatmulOp>(*op))
        if (failed(checkDot(op, matmul.getInput(), *found)) ||
            failed(checkPanels(matmul, *found)))
          return signalPassFailure();
      if (auto conv = dyn_cast<kernel::Conv2dOp>(*op))
        if (failed(checkDot(op, conv.getInput(), *found)) ||
            failed(checkPanels(conv, *found)))
          return signalPassFailure();
      if (auto attention = dyn_cast<kernel::AttentionOp>(*op))
        if (failed(checkDot(op, attention.getInput(), *found)))
          return signalPassFailure();
      OpBuilder builder(op);
      LoopBuilder loops(builder, op.getLoc(), *found);
      TypeSwitch<Operation *>(op)
          .Case([&](kernel::MatmulOp op) {
            op.getPool() ? emitPooledMatmul(op, loops) : emitMatmul(op, loops);
          })
          .Case([&](kernel::PrepareHeadsOp op) { emitPrepareHeads(op, loops); })
          .Case([&](kernel::AttentionOp op) { emitAttention(op, loops); })
          .Case([&](kernel::RowNormOp op) { emitRowNorm(op, loops); })
          .Case([&](kernel::QuantizeOp op) { emitQuantize(op, loops); })
          .Case([&](kernel::GatherOp op) { emitGather(op, loops); })
          .Case([&](kernel::AddOp op) { emitAdd(op, loops); })
          .Case([&](kernel::PoolOp op) { emitPool(op, loops); })
          .Case([&](kernel::ConcatenateOp op) { emitConcatenate(op, loops); })
          .Case([&](kernel::OutputOp op) { emitOutput(op, loops); })
          .Case([&](kernel::PatchesOp op) { emitPatches(op, loops); })
          .Case([&](kernel::Conv2dOp op) { emitConv2d(op, loops); })
          .Case([&](kernel::Pool2dOp op) { emitPool2d(op, loops); })
          .Case([&](kernel::Pad2dOp op) { emitPad2d(op, loops); })
          .Case([&](kernel::AttentionPoolOp op) {
            emitAttentionPool(op, loops);
          });
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

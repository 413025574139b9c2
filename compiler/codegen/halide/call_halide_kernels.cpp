//===- call_halide_kernels.cpp - Kernels -> calls of Halide's functions ---===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/halide/call_writer.h"
#include "compiler/target/target_diagnostic.h"

#include "llvm/ADT/TypeSwitch.h"

namespace emblem::halide {
#define GEN_PASS_DEF_CALLHALIDEKERNELS
#include "compiler/codegen/halide/passes.h.inc"
} // namespace emblem::halide

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

/// Whether all that a kernel reads and writes is in f32, but for indices.
static bool isInF32(kernel::KernelOpInterface op) {
  return llvm::all_of(op->getOperandTypes(), [](Type type) {
    auto shaped = dyn_cast<ShapedType>(type);
    return !shaped || shaped.getElementType().isF32() ||
           (shaped.getRank() == 1 && shaped.getElementType().isInteger(32));
  });
}

bool halide::supportsKernel(kernel::KernelOpInterface op, const Target &) {
  return isa<kernel::MatmulOp, kernel::RowNormOp, kernel::GatherOp>(*op) &&
         isInF32(op);
}

void halide::addPasses(OpPassManager &passes, const Target &target) {
  passes.addPass(createCallHalideKernels({target.name.str()}));
}

namespace {
struct CallHalideKernels
    : halide::impl::CallHalideKernelsBase<CallHalideKernels> {
  using CallHalideKernelsBase::CallHalideKernelsBase;

  void runOnOperation() override {
    const Target *found = findTargetOrEmit(getOperation(), target);
    if (!found)
      return signalPassFailure();
    SmallVector<kernel::KernelOpInterface> kernels;
    getOperation().walk([&](kernel::KernelOpInterface op) {
      if (op.getProvider() == "halide" &&
          llvm::none_of(op->getOperandTypes(), llvm::IsaPred<TensorType>))
        kernels.push_back(op);
    });
    CallWriter calls(getOperation(), *found);
    for (kernel::KernelOpInterface op : kernels) {
      if (!supportsKernel(op, *found)) {
        op->emitOpError("is not among the kernels that halide provides");
        return signalPassFailure();
      }
      TypeSwitch<Operation *>(op)
          .Case([&](kernel::MatmulOp op) { callMatmul(op, calls); })
          .Case([&](kernel::RowNormOp op) { callRowNorm(op, calls); })
          .Case([&](kernel::GatherOp op) { callGather(op, calls); });
      op->erase();
    }
    calls.finish();
  }
};
} // namespace

//===- call_halide_kernels.cpp - Kernels -> calls of Halide's functions ---===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/call_writer.h"
#include "compiler/backend/cpu/provider/own_kernels.h"
#include "compiler/target/target_diagnostic.h"

#include "llvm/ADT/TypeSwitch.h"

namespace emblem::halide {
#define GEN_PASS_DEF_CALLHALIDEKERNELS
#include "compiler/backend/cpu/halide/passes.h.inc"
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

bool halide::supportsKernel(kernel::KernelOpInterface op,
                            const Target &target) {
  if (!isInF32(op))
    return false;
  return TypeSwitch<Operation *, bool>(op)
#define EMBLEM_KERNEL(NAME)                                                    \
  .Case([&](kernel::NAME##Op op) { return supports##NAME(op, target); })
#include "compiler/backend/cpu/halide/kernels.def"
      .Default(false);
}

/// A call in place of a kernel that halide supports.
static void callKernel(Operation *kernel, CallWriter &calls) {
  TypeSwitch<Operation *>(kernel)
#define EMBLEM_KERNEL(NAME)                                                    \
  .Case([&](kernel::NAME##Op op) { call##NAME(op, calls); })
#include "compiler/backend/cpu/halide/kernels.def"
      .Default(
          [](Operation *) { llvm_unreachable("supported, but not called"); });
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
    SmallVector<kernel::KernelOpInterface> kernels =
        cpu::findOwnKernels(getOperation(), "halide");
    CallWriter calls(getOperation(), *found);
    for (kernel::KernelOpInterface op : kernels) {
      if (!supportsKernel(op, *found)) {
        op->emitOpError("is not among the kernels that halide provides");
        return signalPassFailure();
      }
      callKernel(op, calls);
      op->erase();
    }
    calls.finish();
  }
};
} // namespace

//===- faster_kernels.cpp - Kernels that Halide does faster ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/registry/faster_kernels.h"

#include "compiler/backend/cpu/registry/kernel_providers.h"

using namespace emblem;
using namespace emblem::cpu;

namespace {
struct FasterKernel {
  llvm::StringLiteral provider;
  bool Target::*isFaster; // as measured on the target
  bool (*applies)(kernel::KernelOpInterface op, const Target &target);
};
} // namespace

/// A convolution whose outputs end in half a vector or less: mlir computes all
/// of it, Halide a narrower one.
static bool endsInHalfAVector(kernel::KernelOpInterface op,
                              const Target &target) {
  auto conv = llvm::dyn_cast<kernel::Conv2dOp>(*op);
  int64_t rest = conv ? conv.getOutputsCount() % target.vectorWidth : 0;
  return rest != 0 && rest <= target.vectorWidth / 2;
}

static constexpr FasterKernel fasterKernels[] = {
    {"halide", &Target::halideEndsVectorsFaster, endsInHalfAVector},
};

const KernelProvider *cpu::findFasterProvider(kernel::KernelOpInterface op,
                                              const Target &target) {
  for (const FasterKernel &faster : fasterKernels) {
    if (!(target.*faster.isFaster) || !faster.applies(op, target))
      continue;
    llvm::Expected<const KernelProvider *> provider =
        findProvider(faster.provider);
    if (!provider) // this compiler was built without it
      llvm::consumeError(provider.takeError());
    else if ((*provider)->supports(op, target))
      return *provider;
  }
  return nullptr;
}

//===- own_kernels.h - The kernels that a provider writes -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_PROVIDER_OWN_KERNELS_H
#define EMBLEM_COMPILER_BACKEND_CPU_PROVIDER_OWN_KERNELS_H

#include "dialects/kernel/kernel_dialect.h"

namespace emblem::cpu {

/// The kernels within `root` whose attribute `provider` names this one and
/// which are in their buffer form.
inline llvm::SmallVector<kernel::KernelOpInterface>
findOwnKernels(mlir::Operation *root, llvm::StringRef provider) {
  llvm::SmallVector<kernel::KernelOpInterface> kernels;
  root->walk([&](kernel::KernelOpInterface op) {
    if (op.getProvider() == provider &&
        llvm::none_of(op->getOperandTypes(), llvm::IsaPred<mlir::TensorType>))
      kernels.push_back(op);
  });
  return kernels;
}

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_PROVIDER_OWN_KERNELS_H

//===- faster_kernels.h - Kernels that Halide does faster -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What --kernels=auto goes by where nobody has tuned.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_REGISTRY_FASTER_KERNELS_H
#define EMBLEM_COMPILER_BACKEND_CPU_REGISTRY_FASTER_KERNELS_H

#include "compiler/backend/cpu/provider/kernel_provider.h"

namespace emblem::cpu {

/// The provider that is known to write `op` faster than mlir on `target`, and
/// that this compiler has; null where there is none.
const KernelProvider *findFasterProvider(kernel::KernelOpInterface op,
                                         const Target &target);

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_REGISTRY_FASTER_KERNELS_H

//===- kernel_providers.h - Every provider of kernels -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_REGISTRY_KERNEL_PROVIDERS_H
#define EMBLEM_COMPILER_BACKEND_CPU_REGISTRY_KERNEL_PROVIDERS_H

#include "compiler/backend/cpu/provider/kernel_provider.h"

namespace emblem::cpu {

/// Every provider; the first one supports every kernel.
llvm::ArrayRef<KernelProvider> allProviders();

/// What --kernels takes: a provider, or none for "auto", which leaves each
/// kernel to the one that is fastest as far as is known (faster_kernels.h). The
/// error lists what is known, or says why this compiler has no such provider.
llvm::Expected<const KernelProvider *> findProvider(llvm::StringRef name);

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_REGISTRY_KERNEL_PROVIDERS_H

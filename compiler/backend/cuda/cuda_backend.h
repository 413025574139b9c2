//===- cuda_backend.h - Code for NVIDIA's GPUs ------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_CUDA_BACKEND_H
#define EMBLEM_COMPILER_BACKEND_CUDA_CUDA_BACKEND_H

#include "compiler/backend/interface/backend.h"

namespace emblem::cuda {

/// Passes from a kernel.program of kernels to one of device stages, beside the
/// gpu.modules of their functions.
void addStagePasses(mlir::OpPassManager &passes,
                    const DeviceBackendOptions &options);
/// Passes from those functions to gpu.binary ops of PTX.
void addCodePasses(mlir::OpPassManager &passes,
                   const DeviceBackendOptions &options);
void registerDialects(mlir::DialectRegistry &registry);
void registerPasses();

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_CUDA_BACKEND_H

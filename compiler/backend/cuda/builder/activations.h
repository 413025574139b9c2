//===- activations.h - The activations in a thread --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_BUILDER_ACTIVATIONS_H
#define EMBLEM_COMPILER_BACKEND_CUDA_BUILDER_ACTIVATIONS_H

#include "compiler/backend/cuda/builder/device_builder.h"
#include "dialects/emb/emb_dialect.h"

namespace emblem::cuda {

/// The activation of an f32, as far from the exact function as the CPU's is. A
/// NaN stays a NaN.
mlir::Value activate(DeviceBuilder &b, mlir::Value x,
                     emb::Activation activation);

/// 1 - 2 / (exp(2x) + 1), within 2e-7.
mlir::Value emitTanh(DeviceBuilder &b, mlir::Value x);

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_BUILDER_ACTIVATIONS_H

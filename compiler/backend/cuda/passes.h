//===- passes.h - From kernels to a device's code ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_PASSES_H
#define EMBLEM_COMPILER_BACKEND_CUDA_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace emblem::cuda {

#define GEN_PASS_DECL
#include "compiler/backend/cuda/passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/backend/cuda/passes.h.inc"

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_PASSES_H

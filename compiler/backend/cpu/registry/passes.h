//===- passes.h - The choice of a provider ----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_REGISTRY_PASSES_H
#define EMBLEM_COMPILER_BACKEND_CPU_REGISTRY_PASSES_H

#include "compiler/backend/cpu/registry/kernel_providers.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace emblem::cpu {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/backend/cpu/registry/passes.h.inc"

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_REGISTRY_PASSES_H

//===- passes.h - Who writes which kernel -----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_CODEGEN_REGISTRY_PASSES_H
#define EMBLEM_COMPILER_CODEGEN_REGISTRY_PASSES_H

#include "compiler/codegen/registry/kernel_providers.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace emblem::codegen {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/codegen/registry/passes.h.inc"

} // namespace emblem::codegen

#endif // EMBLEM_COMPILER_CODEGEN_REGISTRY_PASSES_H

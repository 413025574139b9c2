//===- passes.h - From kernels to vector and scf ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_MLIR_PASSES_H
#define EMBLEM_COMPILER_BACKEND_CPU_MLIR_PASSES_H

#include "dialects/kernel/kernel_dialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace emblem {
struct Target;
} // namespace emblem

namespace emblem::cpu {

/// As KernelProvider has it: the loops of the kernels that are mlir's.
void addLoopPasses(mlir::OpPassManager &passes, const Target &target);

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/backend/cpu/mlir/passes.h.inc"

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_MLIR_PASSES_H

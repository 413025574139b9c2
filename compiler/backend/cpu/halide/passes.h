//===- passes.h - The kernels that Halide writes ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Halide's compiler is a library with an LLVM of its own within (21, where
// Emblem's is 22), and with exceptions. It runs in a process of its own,
// emblem-halide (generator/): no symbol of one LLVM can meet the other's,
// whatever fails there is a sentence here, and who asks for no kernel of
// Halide's does not wait for 160 MB of library.
//
//   call-halide-kernels   a kernel -> a call, and a line that asks for its code
//   emblem-halide         the lines -> LLVM bitcode
//   link_kernels.h        the bitcode -> into the program's LLVM module
//
// Bitcode, not an object: so the kernels are inlined and written by the same
// LLVM for the same CPU as all others, are in whatever --emit asks for, and are
// there when the compiler runs a model in its own process.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_HALIDE_PASSES_H
#define EMBLEM_COMPILER_BACKEND_CPU_HALIDE_PASSES_H

#include "compiler/target/target_table.h"
#include "dialects/kernel/kernel_dialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace emblem::halide {

/// On the module: a line for each function that emblem-halide is to write
/// (generator/kernel_request.h).
inline constexpr llvm::StringLiteral kKernelsAttribute =
    "kernel.halide_kernels";

/// As KernelProvider has them.
bool supportsKernel(kernel::KernelOpInterface op, const Target &target);
void addPasses(mlir::OpPassManager &passes, const Target &target);

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/backend/cpu/halide/passes.h.inc"

} // namespace emblem::halide

#endif // EMBLEM_COMPILER_BACKEND_CPU_HALIDE_PASSES_H

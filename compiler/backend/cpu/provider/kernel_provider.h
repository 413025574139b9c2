//===- kernel_provider.h - The contract of a provider -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A kernel has one meaning (kernel_ops.td) and may have several providers, each
// an independent way from that meaning to machine code:
//
//   mlir    loops over registers in MLIR's own dialects (../mlir)
//   halide  an algorithm and a schedule (../halide)
//
// A kernel of the model becomes a stage in four steps; a provider has a hand in
// the second and in the third.
//
//   1. outline-stages makes a function of each kernel in its buffer form: rows
//      [r0, r1) and columns [c0, c1) of its grid, row buffers and packed
//      weights by pointer. Providers share the layouts of both, so a weight is
//      in the program once, and kernels of one may follow those of another.
//   2. assign-providers asks `supports`, and writes the choice on the kernel
//      as its attribute `provider`: where a provider does not know a kernel,
//      mlir has it, which knows all.
//   3. `addPasses` put a body into the functions of the provider's own kernels.
//   4. One LLVM optimises and writes all of them, as one module
//      (../program/program.h).
//
// What a body owes whoever calls it, from step 3 on:
//
//   - It computes the part of the grid that it is given and touches no other; a
//     result's buffer may be that of the residual or of the multiplier.
//   - A row's bits depend on that row alone, not on the part or on its place
//     there: each sum has one order, and multiply-adds are fused everywhere or
//     nowhere.
//   - It allocates on the stack at most, starts no thread (parts are the
//     runtime's to hand out), and calls nothing outside of the program.
//
// A new provider is a row of the table in ../registry/kernel_providers.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_PROVIDER_KERNEL_PROVIDER_H
#define EMBLEM_COMPILER_BACKEND_CPU_PROVIDER_KERNEL_PROVIDER_H

#include "compiler/target/target_table.h"
#include "dialects/kernel/kernel_dialect.h"

#include "mlir/Pass/PassManager.h"

namespace emblem::cpu {

struct KernelProvider {
  llvm::StringLiteral name; // as --kernels and the attribute take it
  llvm::StringLiteral description;
  /// Whether it writes `op`, in its buffer form, for `target`.
  bool (*supports)(kernel::KernelOpInterface op, const Target &target);
  /// From kernels in their buffer form to their bodies, on a module.
  void (*addPasses)(mlir::OpPassManager &passes, const Target &target);
  /// Why this compiler has it not, in a sentence; empty where it has.
  llvm::StringLiteral missing;
};

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_PROVIDER_KERNEL_PROVIDER_H

//===- kernel_loops.h - The loops of each kernel ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// One function a kernel, emitX(kernel::XOp, LoopBuilder &) in a file x_loops.cpp:
// writes the loops of the kernel's buffer form at the builder's insertion point.
//
// A new kernel is four places: its op in dialects/kernel/kernel_<file>.td, its cost
// and constraints in kernel_<file>.cpp beside it, its loops here, and a line in
// kernels.def. Passes know it by the interfaces that it implements
// (dialects/kernel/kernel_interfaces.td).
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_MLIR_KERNEL_LOOPS_H
#define EMBLEM_COMPILER_BACKEND_CPU_MLIR_KERNEL_LOOPS_H

#include "compiler/backend/cpu/mlir/loop_builder.h"

namespace emblem::cpu {

#define EMBLEM_KERNEL(NAME)                                                    \
  void emit##NAME(kernel::NAME##Op op, LoopBuilder &b);
#include "compiler/backend/cpu/mlir/kernels.def"

/// Of a matmul with a pool.
void emitPooledMatmul(kernel::MatmulOp op, LoopBuilder &b);

/// What a kernel.quantize is given.
struct QuantizedRows {
  mlir::Value from, into;
  mlir::Value smoothing; // or null
  int64_t width;
};

/// One row of a kernel.quantize, where another kernel has one to narrow.
void emitQuantizedRow(LoopBuilder &b, const QuantizedRows &rows,
                      mlir::Value row);

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_MLIR_KERNEL_LOOPS_H

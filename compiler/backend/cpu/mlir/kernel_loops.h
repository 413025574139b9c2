//===- kernel_loops.h - The loops of each kernel ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// One function a kernel, each in a file of its own: writes the loops of the
// kernel's buffer form at the builder's insertion point. A new kernel is a new
// file, a line here and a line in lower_kernels.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_MLIR_KERNEL_LOOPS_H
#define EMBLEM_COMPILER_BACKEND_CPU_MLIR_KERNEL_LOOPS_H

#include "compiler/backend/cpu/mlir/loop_builder.h"

namespace emblem::cpu {

void emitMatmul(kernel::MatmulOp op, LoopBuilder &b);
void emitPooledMatmul(kernel::MatmulOp op, LoopBuilder &b);
void emitPrepareHeads(kernel::PrepareHeadsOp op, LoopBuilder &b);
void emitAttention(kernel::AttentionOp op, LoopBuilder &b);
void emitRowNorm(kernel::RowNormOp op, LoopBuilder &b);
void emitQuantize(kernel::QuantizeOp op, LoopBuilder &b);
void emitGather(kernel::GatherOp op, LoopBuilder &b);
void emitAdd(kernel::AddOp op, LoopBuilder &b);
void emitPool(kernel::PoolOp op, LoopBuilder &b);
void emitConcatenate(kernel::ConcatenateOp op, LoopBuilder &b);
void emitOutput(kernel::OutputOp op, LoopBuilder &b);
void emitPatches(kernel::PatchesOp op, LoopBuilder &b);
void emitConv2d(kernel::Conv2dOp op, LoopBuilder &b);
void emitPool2d(kernel::Pool2dOp op, LoopBuilder &b);
void emitPad2d(kernel::Pad2dOp op, LoopBuilder &b);
void emitAttentionPool(kernel::AttentionPoolOp op, LoopBuilder &b);

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

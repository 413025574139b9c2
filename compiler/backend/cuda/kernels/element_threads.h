//===- element_threads.h - A thread for each element of a row ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What kernels over images are written with: plain code, in which each element
// is computed on its own.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ELEMENT_THREADS_H
#define EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ELEMENT_THREADS_H

#include "compiler/backend/cuda/kernels/stage_writer.h"

namespace emblem::cuda {

/// Adds a kernel of one function, which stores what `element` makes of a row's
/// number and a column.
void addElementKernel(
    StageWriter &stage, mlir::Value result,
    llvm::function_ref<mlir::Value(KernelFunction &f, mlir::Value row,
                                   mlir::Value column)>
        element);

/// Elements [column, column + count) of a row, as f32.
DeviceBuilder::Values loadAt(KernelFunction &f, mlir::Value rows,
                             mlir::Value row, mlir::Value column,
                             int64_t count = 1);

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ELEMENT_THREADS_H

//===- matmul_epilogue.h - The epilogue of a matmul's tile ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_MATMUL_EPILOGUE_H
#define EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_MATMUL_EPILOGUE_H

#include "compiler/backend/cuda/kernels/matmul_tile.h"

namespace emblem::cuda {

/// Turns the sums of a tile into results, and stores those of rows before
/// `rows`.
void writeEpilogue(kernel::MatmulOp op, KernelFunction &f,
                   const MatmulTile &tile, MatmulTileWriter &writer,
                   mlir::Value rows);

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_MATMUL_EPILOGUE_H

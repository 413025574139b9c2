//===- kernels.h - Kernels as algorithms and schedules ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A file a kernel: first the algorithm, what each element is; then the
// schedule, in which order, in which registers. Every schedule is serial, for
// the runtime hands out parts of a kernel to its threads, and keeps what it
// computes in registers or on the stack. A new kernel is a new file, a line
// here and a line in emblem_halide.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_HALIDE_GENERATOR_KERNELS_H
#define EMBLEM_COMPILER_BACKEND_CPU_HALIDE_GENERATOR_KERNELS_H

#include "compiler/backend/cpu/halide/generator/kernel_request.h"

#include <Halide.h>

namespace emblem::halide {

/// A function of the program.
using KernelWriter = Halide::Module(const KernelRequest &request,
                                    const Halide::Target &target);

KernelWriter writeMatmul, writePooledMatmul, writeRowNorm, writeGather,
    writePool, writeAttention, writeHeads, writeRows, writeConv2d, writePool2d,
    writePad2d, writePatches;

/// The activation of that name (emb::Activation). Throws where there is none.
Halide::Expr activate(Halide::Expr x, const std::string &name);
/// Within 2 units of the last place from -87 to 88, clamped outside; any number
/// for a NaN.
Halide::Expr exponential(Halide::Expr x);

/// Fixes a buffer's dimension, from 0 on, to the stride, and to the extent
/// where one is given.
inline void fixDimension(Halide::Internal::Dimension dimension, int stride,
                         Halide::Expr extent = {}) {
  dimension.set_min(0).set_stride(stride);
  if (extent.defined())
    dimension.set_extent(extent);
}

/// An index that is within a buffer's dimension, which Halide cannot see.
inline Halide::Expr within(const Halide::ImageParam &buffer, int dimension,
                           Halide::Expr index) {
  return Halide::unsafe_promise_clamped(index, 0,
                                        buffer.dim(dimension).extent() - 1);
}

} // namespace emblem::halide

#endif // EMBLEM_COMPILER_BACKEND_CPU_HALIDE_GENERATOR_KERNELS_H

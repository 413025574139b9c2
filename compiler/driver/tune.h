//===- tune.h - Each kernel by whoever is faster here -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_TUNE_H
#define EMBLEM_COMPILER_DRIVER_TUNE_H

#include "compiler/driver/in_process.h"
#include "compiler/driver/kernel_choices.h"

namespace emblem::driver {

/// Compiles the model with each provider's kernels, runs both in this process
/// on one thread, at 8, 32, 128 and 1,024 tokens, or 1 and 8 images, and gives
/// each kernel to the faster: the one whose geometric mean over these is at
/// least 2 % better, else mlir. Kernels that only one writes are left out. For
/// a target that runs here. Timings differ from run to run, and so may the
/// choices.
llvm::Expected<KernelChoices> tuneKernels(const InProcessInputs &inputs,
                                          const PipelineOptions &options);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_TUNE_H

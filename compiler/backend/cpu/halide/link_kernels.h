//===- link_kernels.h - Halide's code in the program's module ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_HALIDE_LINK_KERNELS_H
#define EMBLEM_COMPILER_BACKEND_CPU_HALIDE_LINK_KERNELS_H

#include "compiler/target/target_table.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace emblem::halide {

/// Has emblem-halide write what `lowered` asks of Halide, and links it into
/// `program`, its translation; nothing where nothing is asked. emblem-halide is
/// in the folder of the running program.
llvm::Error linkKernels(mlir::ModuleOp lowered, const Target &target,
                        llvm::Module &program);

} // namespace emblem::halide

#endif // EMBLEM_COMPILER_BACKEND_CPU_HALIDE_LINK_KERNELS_H

//===- kernel_translation.h - The kernel dialect in LLVM IR -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_PROGRAM_KERNEL_TRANSLATION_H
#define EMBLEM_COMPILER_BACKEND_CPU_PROGRAM_KERNEL_TRANSLATION_H

#include "mlir/IR/DialectRegistry.h"

namespace emblem::cpu {

/// Lets a module translate to LLVM IR that holds a `kernel.program` of stages:
/// it becomes no code (the model table is made of it, model_table.h).
void registerKernelTranslation(mlir::DialectRegistry &registry);

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_PROGRAM_KERNEL_TRANSLATION_H

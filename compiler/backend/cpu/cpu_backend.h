//===- cpu_backend.h - Code for CPUs ----------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The members of Backend (interface/backend.h) for CPUs.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_CPU_BACKEND_H
#define EMBLEM_COMPILER_BACKEND_CPU_CPU_BACKEND_H

#include "compiler/backend/interface/backend.h"

namespace emblem::cpu {

void addStagePasses(mlir::OpPassManager &passes, const BackendOptions &options);
void addCodePasses(mlir::OpPassManager &passes, const BackendOptions &options);
void registerDialects(mlir::DialectRegistry &registry);
void registerPasses();

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_CPU_BACKEND_H

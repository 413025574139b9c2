//===- passes.h - Places of weights and rows in memory ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_MEMORY_PASSES_H
#define EMBLEM_COMPILER_BACKEND_CPU_MEMORY_PASSES_H

#include "compiler/transforms/passes.h"

namespace emblem::cpu {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/backend/cpu/memory/passes.h.inc"

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_MEMORY_PASSES_H

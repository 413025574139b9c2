//===- phases.h - From a model to a program, step by step -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_PHASES_H
#define EMBLEM_COMPILER_DRIVER_PHASES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace emblem::driver {

/// In the order in which they run.
enum class Phase {
  Build,
  Tokenize,
  Reference,
  Tune,
  Lower,
  Optimise,
  Codegen,
  Link,
  Weights,
  Check,
  Write
};

struct PhaseInfo {
  Phase phase;
  llvm::StringLiteral name;
  llvm::StringLiteral description; // what the compiler is doing meanwhile
};

llvm::ArrayRef<PhaseInfo> allPhases();

inline const PhaseInfo &describe(Phase phase) {
  return allPhases()[static_cast<size_t>(phase)];
}
} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_PHASES_H

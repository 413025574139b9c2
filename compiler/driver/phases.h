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
  Check,
  Codegen,
  Link
};

/// What comes out, from --emit.
enum class Emission { Exe, Shared, Static, Obj, Asm, Llvm, Mlir };

struct PhaseInfo {
  Phase phase;
  llvm::StringLiteral name;
  llvm::StringLiteral description; // what the compiler is doing meanwhile
};

struct EmissionInfo {
  Emission emission;
  llvm::StringLiteral name;
  llvm::StringLiteral description;
  Phase last;                         // the phase that writes it
  llvm::StringLiteral prefix, suffix; // of the file's name where -o gives none
  bool text;                          // goes to standard output without -o
  bool header;                        // a C header comes with it
};

llvm::ArrayRef<PhaseInfo> allPhases();
llvm::ArrayRef<EmissionInfo> allEmissions();

inline const PhaseInfo &describe(Phase phase) {
  return allPhases()[static_cast<size_t>(phase)];
}
inline const EmissionInfo &describe(Emission emission) {
  return allEmissions()[static_cast<size_t>(emission)];
}

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_PHASES_H

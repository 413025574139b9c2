//===- emission.h - The kinds of output -------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_EMISSION_H
#define EMBLEM_COMPILER_EMIT_EMISSION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace emblem::emit {

/// What comes out, from --emit.
enum class Emission { Exe, Shared, Static, Obj, Asm, Llvm, Mlir };

struct EmissionInfo {
  Emission emission;
  llvm::StringLiteral name;
  llvm::StringLiteral description;
  llvm::StringLiteral prefix, suffix; // of the file's name where -o gives none
  bool text;    // for people to read: without data, to standard output too
  bool library; // a C header comes with it
  bool linked;  // by the system's C compiler
  bool runtime; // the runtime is in it
};

llvm::ArrayRef<EmissionInfo> allEmissions();

inline const EmissionInfo &describe(Emission emission) {
  return allEmissions()[static_cast<size_t>(emission)];
}

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_EMISSION_H

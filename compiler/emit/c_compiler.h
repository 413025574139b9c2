//===- c_compiler.h - The system's C compiler as a linker -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_C_COMPILER_H
#define EMBLEM_COMPILER_EMIT_C_COMPILER_H

#include "compiler/emit/link.h"

namespace emblem::emit {

/// The driver that knows how its system links: $CC where it is set, else cc,
/// gcc or clang on PATH, or for an architecture other than this machine's
/// Debian's cross compiler. Refuses one that has no libc for a static linkage.
llvm::Expected<std::unique_ptr<Linker>> findCCompiler(llvm::StringRef triple,
                                                      Linkage linkage,
                                                      const OutputFile &output);

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_C_COMPILER_H

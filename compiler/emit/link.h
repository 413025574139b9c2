//===- link.h - From an object file to a program or a library ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_LINK_H
#define EMBLEM_COMPILER_EMIT_LINK_H

#include "compiler/emit/output_file.h"

namespace emblem::emit {

/// The system's C compiler driver, which knows how its system links.
struct Linker {
  std::string program;                // a path
  std::vector<std::string> arguments; // that $CC holds beside the program
  std::string triple;                 // of what it is to link
};

/// $CC where it is set, else cc, gcc or clang on PATH, or for an architecture
/// other than this machine's Debian's cross compiler; the error says what to
/// install where there is none. `triple` is what is to be linked.
llvm::Expected<Linker> findLinker(llvm::StringRef triple);

/// Whether what is linked needs libc's shared libraries where it runs.
enum class Linkage { Dynamic, Static };

/// Refuses a linker that has no libc to link statically; its answers go beside
/// `output`.
llvm::Error checkStaticLibc(const Linker &linker, const OutputFile &output);

/// Links object files and libraries to `output`. The same inputs give the same
/// bytes.
llvm::Error link(const Linker &linker, llvm::ArrayRef<std::string> inputs,
                 Linkage linkage, OutputFile &output);

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_LINK_H

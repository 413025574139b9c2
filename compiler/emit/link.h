//===- link.h - From an object file to a program or a library ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_LINK_H
#define EMBLEM_COMPILER_EMIT_LINK_H

#include "compiler/emit/emission.h"
#include "compiler/emit/output_file.h"
#include "compiler/emit/runtime_files.h"

namespace emblem::emit {

/// The system's C compiler driver, which knows how its system links.
struct Linker {
  std::string program;                // a path
  std::vector<std::string> arguments; // that $CC holds beside the program
};

/// $CC where it is set, else cc, gcc or clang on PATH; the error says what to
/// install where there is none. `triple` is what is to be linked.
llvm::Expected<Linker> findLinker(llvm::StringRef triple);

/// What a program or library has beyond that of a model with one dense vector a
/// text.
struct LinkedParts {
  bool rerank = false;       // it scores pairs
  bool otherOutputs = false; // it returns more, or something else
  bool maxSim = false;       // its first output is a vector a token
  bool images = false;       // it takes images
};

/// What a shared library calls itself, and its model's table.
struct LinkedNames {
  llvm::StringRef library, table;
};

/// Links the model's object file with the runtime. `emission` is Exe or Shared.
/// It has the `parts` that it needs and no others.
llvm::Error link(const Linker &linker, Emission emission,
                 llvm::StringRef object, const RuntimeFiles &runtime,
                 LinkedNames names, LinkedParts parts, OutputFile &output);

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_LINK_H

//===- link.h - From an object file to a program or a library ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_LINK_H
#define EMBLEM_COMPILER_EMIT_LINK_H

#include "compiler/emit/output_file.h"
#include "compiler/emit/runtime_files.h"

namespace emblem::emit {

/// Whether what is linked needs libc's shared libraries where it runs.
enum class Linkage { Dynamic, Static };

/// What is linked, in the words of no linker. Files are paths.
struct LinkInputs {
  std::string object; // the model's
  llvm::SmallVector<std::string>
      undefined;            // what libraries are asked for first
  std::string wholeLibrary; // all of whose members go in; empty: none
  llvm::SmallVector<std::string> libraries;
  std::string soname;        // of a shared library; empty: it is a program
  std::string versionScript; // of a shared library: its names to the outside
  Linkage linkage = Linkage::Dynamic;

  bool isShared() const { return !soname.empty(); }
};

/// The system's C compiler (c_compiler.h), or lld in this process
/// (in_process_linker.h).
class Linker {
public:
  virtual ~Linker() = default;
  /// As sentences name it.
  virtual std::string getName() const = 0;
  /// The same inputs give the same bytes.
  virtual llvm::Error link(const LinkInputs &inputs,
                           OutputFile &output) const = 0;
};

/// $CC where it is set. Else lld, where it is built in and the runtime has what
/// it links with, which a static libc is not; else the system's C compiler. The
/// error says what to install where there is none. `triple` is what is to be
/// linked; a linker's answers go beside `output`.
llvm::Expected<std::unique_ptr<Linker>> findLinker(llvm::StringRef triple,
                                                   Linkage linkage,
                                                   const RuntimeFiles &runtime,
                                                   const OutputFile &output);

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_LINK_H

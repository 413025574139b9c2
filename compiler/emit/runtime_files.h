//===- runtime_files.h - Places of the runtime's libraries ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_RUNTIME_FILES_H
#define EMBLEM_COMPILER_EMIT_RUNTIME_FILES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <string>

namespace emblem::emit {

/// What a model has that the runtime has a part for
/// (runtime/command/parts.def).
enum class Part { Pairs, Outputs, MaxSim, Images, Serve };

/// What a linker is asked for to bring these parts of the command line.
llvm::SmallVector<llvm::StringRef> symbolsOf(llvm::ArrayRef<Part> parts);

/// Paths of the libraries that a compiled model is linked with.
struct RuntimeFiles {
  std::string runtime; // for programs, beside `command`
  std::string command; // the program's main and its command line
  bool serves = false; // `command` has the server: its parser of HTTP was found
  std::string interface; // for libraries: what emblem.h declares, no other name
  // From picture files to pixels; empty where another architecture's runtime
  // was built without the libraries that read them.
  std::string image;
  std::string device; // what launches a device's kernels; empty: not asked for
  // What a linker needs of the system (runtime/platform/linux/sysroot), by
  // name; none where the runtime was built without it.
  llvm::SmallVector<std::string> sysroot;
};

/// Those for `triple`. They lie where `cmake --install` puts them, from the
/// folder that holds emblemc itself; or in ../lib of it, as in the build folder.
/// Those of another architecture than this machine's are in a folder there that
/// has its name. `device`: a device's library, or empty.
llvm::Expected<RuntimeFiles> findRuntimeFiles(llvm::StringRef triple,
                                              llvm::StringRef device);

/// The text of emblem.h, as this emblemc was built with.
llvm::StringRef interfaceHeader();

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_RUNTIME_FILES_H

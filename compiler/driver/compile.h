//===- compile.h - From a model to what --emit asks for ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_COMPILE_H
#define EMBLEM_COMPILER_DRIVER_COMPILE_H

#include "compiler/driver/options.h"

#include "llvm/Support/Error.h"

namespace emblem::driver {

/// Reads the model and writes the output, or nothing at all. The error is one
/// sentence.
llvm::Error compile(const Options &options);

/// The whole of emblemc. Returns the process's exit code: 1 for a model or a
/// system that does not do, 2 for a command line that does not.
int emblemcMain(int argc, char **argv);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_COMPILE_H

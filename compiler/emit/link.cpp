//===- link.cpp - The choice of a linker ----------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/link.h"

#include "compiler/emit/c_compiler.h"
#include "compiler/emit/in_process_linker.h"

#include <cstdlib>

using namespace emblem::emit;

llvm::Expected<std::unique_ptr<Linker>>
emblem::emit::findLinker(llvm::StringRef triple, Linkage linkage,
                         const RuntimeFiles &runtime,
                         const OutputFile &output) {
  const char *named = std::getenv("CC");
  if ((!named || !*named) && linkage == Linkage::Dynamic)
    if (std::unique_ptr<Linker> linker = findInProcessLinker(runtime))
      return linker;
  return findCCompiler(triple, linkage, output);
}

//===- kernel_providers.cpp - Every provider of kernels -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/registry/kernel_providers.h"

#include "compiler/backend/cpu/halide/passes.h"
#include "compiler/backend/cpu/mlir/passes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace emblem;
using namespace emblem::cpu;

static bool supportsEverything(kernel::KernelOpInterface, const Target &) {
  return true;
}

static constexpr KernelProvider providers[] = {
    {"mlir", "loops in MLIR's dialects, for every kernel", supportsEverything,
     addLoopPasses, ""},
    {"halide", "Halide's schedules; where it has none, mlir",
     halide::supportsKernel, halide::addPasses,
#if EMBLEM_HAS_HALIDE
     ""
#else
     "this compiler was built without Halide; install halide 21 from PyPI into "
     "build/venv and build again with -DEMBLEM_HALIDE=ON"
#endif
    },
};

llvm::ArrayRef<KernelProvider> cpu::allProviders() { return providers; }

llvm::Expected<const KernelProvider *> cpu::findProvider(llvm::StringRef name) {
  if (name == "auto")
    return nullptr;
  const KernelProvider *found =
      llvm::find_if(providers, [&](const KernelProvider &provider) {
        return provider.name == name;
      });
  if (found == std::end(providers))
    return llvm::createStringError(
        "no provider of kernels is called '" + name + "'; known are auto, " +
        llvm::join(llvm::map_range(providers,
                                   [](const KernelProvider &provider) {
                                     return provider.name.str();
                                   }),
                   ", "));
  if (!found->missing.empty())
    return llvm::createStringError("no kernels by " + name + ": " +
                                   found->missing);
  return found;
}

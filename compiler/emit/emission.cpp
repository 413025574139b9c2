//===- emission.cpp - The kinds of output ---------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/emission.h"

using namespace emblem::emit;

// clang-format off
static constexpr EmissionInfo emissions[] = {
    //                                                                                      text   library linked runtime
    {Emission::Exe,    "exe",    "a program",                       "",    "",      false, false,  true,  true},
    {Emission::Shared, "shared", "a shared library and its header", "lib", ".so",   false, true,   true,  true},
    {Emission::Static, "static", "a static library and its header", "lib", ".a",    false, true,   false, true},
    {Emission::Obj,    "obj",    "the model's object file",         "",    ".o",    false, false,  false, false},
    {Emission::Asm,    "asm",    "its assembly, without the data",  "",    ".s",    true,  false,  false, false},
    {Emission::Llvm,   "llvm",   "LLVM IR, without the data",       "",    ".ll",   true,  false,  false, false},
    {Emission::Mlir,   "mlir",   "MLIR, as the passes leave it",    "",    ".mlir", true,  false,  false, false},
};
// clang-format on

static constexpr bool isInOrder() {
  for (size_t i = 0; i < std::size(emissions); ++i)
    if (emissions[i].emission != static_cast<Emission>(i))
      return false;
  return true;
}
static_assert(isInOrder(), "describe() looks kinds up by their value");

llvm::ArrayRef<EmissionInfo> emblem::emit::allEmissions() { return emissions; }

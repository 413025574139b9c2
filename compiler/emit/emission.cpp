//===- emission.cpp - The kinds of output ---------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/emission.h"

#include "compiler/emit/model_file.h"

#include "llvm/ADT/STLExtras.h"

using namespace emblem::emit;

// clang-format off
static constexpr EmissionInfo emissions[] = {
    //                                                                                            linked runtime library
    {"exe",    "a program",                       "",    "",      Content::File,     createProgram,       true,  true,  false},
    {"shared", "a shared library and its header", "lib", ".so",   Content::File,     createSharedLibrary, true,  true,  true},
    {"static", "a static library and its header", "lib", ".a",    Content::File,     createStaticLibrary, false, true,  true},
    {"obj",    "the model's object file",         "",    ".o",    Content::File,     createObjectFile,    false, false, false},
    {"asm",    "its assembly, without the data",  "",    ".s",    Content::Assembly, nullptr,             false, false, false},
    {"llvm",   "LLVM IR, without the data",       "",    ".ll",   Content::Llvm,     nullptr,             false, false, false},
    {"mlir",   "MLIR, as the passes leave it",    "",    ".mlir", Content::Mlir,     nullptr,             false, false, false},
    {"ptx",    "the code for the device",         "",    ".ptx",  Content::Ptx,      nullptr,             false, false, false},
};
// clang-format on

llvm::ArrayRef<EmissionInfo> emblem::emit::allEmissions() { return emissions; }

const EmissionInfo *emblem::emit::findEmission(llvm::StringRef name) {
  const auto *found = llvm::find_if(
      emissions, [&](const EmissionInfo &row) { return row.name == name; });
  return found == std::end(emissions) ? nullptr : found;
}

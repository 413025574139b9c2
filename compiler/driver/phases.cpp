//===- phases.cpp - From a model to a program, step by step ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/phases.h"

using namespace emblem::driver;

// clang-format off
static constexpr PhaseInfo phases[] = {
    {Phase::Build,     "build",     "reading the model into the emb dialect"},
    {Phase::Tokenize,  "tokenize",  "compiling the tokenizer into tables"},
    {Phase::Reference, "reference", "running the model in f32, to compare with"},
    {Phase::Tune,      "tune",      "timing each kernel by every provider"},
    {Phase::Lower,     "lower",     "lowering through the kernel dialect to LLVM's"},
    {Phase::Optimise,  "optimise",  "packing the weights and optimising the code"},
    {Phase::Check,     "check",     "comparing the vectors with those of f32"},
    {Phase::Codegen,   "codegen",   "writing machine code and data"},
    {Phase::Link,      "link",      "linking with the runtime"},
};

static constexpr EmissionInfo emissions[] = {
    {Emission::Exe,    "exe",    "a program",                       Phase::Link,    "",    "",      false, false},
    {Emission::Shared, "shared", "a shared library and its header", Phase::Link,    "lib", ".so",   false, true},
    {Emission::Static, "static", "a static library and its header", Phase::Link,    "lib", ".a",    false, true},
    {Emission::Obj,    "obj",    "the model's object file",         Phase::Codegen, "",    ".o",    false, false},
    {Emission::Asm,    "asm",    "its assembly, without the data",  Phase::Codegen, "",    ".s",    true,  false},
    {Emission::Llvm,   "llvm",   "LLVM IR, without the data",       Phase::Codegen, "",    ".ll",   true,  false},
    {Emission::Mlir,   "mlir",   "MLIR, as the passes leave it",    Phase::Lower,   "",    ".mlir", true,  false},
};
// clang-format on

template <typename Table, typename Key>
static constexpr bool isInOrder(const Table &table, Key key) {
  size_t index = 0;
  for (const auto &row : table)
    if (static_cast<size_t>(row.*key) != index++)
      return false;
  return true;
}
static_assert(isInOrder(phases, &PhaseInfo::phase) &&
                  isInOrder(emissions, &EmissionInfo::emission),
              "describe() finds a row by its enumerator");

llvm::ArrayRef<PhaseInfo> emblem::driver::allPhases() { return phases; }
llvm::ArrayRef<EmissionInfo> emblem::driver::allEmissions() {
  return emissions;
}

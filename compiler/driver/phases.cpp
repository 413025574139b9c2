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
    {Phase::Optimise,  "optimise",  "optimising the code"},
    {Phase::Codegen,   "codegen",   "writing machine code"},
    {Phase::Link,      "link",      "linking with the runtime"},
    {Phase::Weights,   "weights",   "packing the weights as kernels read them"},
    {Phase::Check,     "check",     "comparing the vectors with those of f32"},
    {Phase::Write,     "write",     "writing the report"},
};
// clang-format on

static constexpr bool isInOrder() {
  for (size_t i = 0; i < std::size(phases); ++i)
    if (phases[i].phase != static_cast<Phase>(i))
      return false;
  return true;
}
static_assert(isInOrder(), "describe() finds a row by its enumerator");

llvm::ArrayRef<PhaseInfo> emblem::driver::allPhases() { return phases; }

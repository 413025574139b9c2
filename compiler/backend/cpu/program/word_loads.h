//===- word_loads.h - Narrow elements read as a word ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_PROGRAM_WORD_LOADS_H
#define EMBLEM_COMPILER_BACKEND_CPU_PROGRAM_WORD_LOADS_H

#include "llvm/IR/PassManager.h"

namespace emblem::cpu {

/// A load of integers that are used as one word of 32 bits becomes a load of the
/// word. Where they are no vector (Isa::loadsWordsOfIntegers), code generation
/// would widen them to one and pack them again.
class WordLoadsPass : public llvm::PassInfoMixin<WordLoadsPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &function,
                              llvm::FunctionAnalysisManager &);
};

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_PROGRAM_WORD_LOADS_H

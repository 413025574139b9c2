//===- word_loads.cpp - Narrow elements read as a word --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/program/word_loads.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"

using namespace emblem::cpu;

/// The cast of `load`'s integers, 32 bits in all that nothing else uses; or null.
static llvm::BitCastInst *findWord(llvm::LoadInst &load) {
  auto *elements = llvm::dyn_cast<llvm::FixedVectorType>(load.getType());
  if (!elements || !load.isSimple() || !load.hasOneUse() ||
      !elements->getElementType()->isIntegerTy() ||
      elements->getPrimitiveSizeInBits() != 32)
    return nullptr;
  return llvm::dyn_cast<llvm::BitCastInst>(load.user_back());
}

llvm::PreservedAnalyses WordLoadsPass::run(llvm::Function &function,
                                           llvm::FunctionAnalysisManager &) {
  llvm::SmallVector<std::pair<llvm::LoadInst *, llvm::BitCastInst *>> found;
  for (llvm::Instruction &instruction : llvm::instructions(function))
    if (auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction))
      if (llvm::BitCastInst *word = findWord(*load))
        found.push_back({load, word});
  for (auto [load, word] : found) {
    llvm::IRBuilder<> builder(load);
    llvm::Value *loaded = builder.CreateAlignedLoad(
        builder.getInt32Ty(), load->getPointerOperand(), load->getAlign());
    word->replaceAllUsesWith(builder.CreateBitCast(loaded, word->getType()));
    word->eraseFromParent();
    load->eraseFromParent();
  }
  if (found.empty())
    return llvm::PreservedAnalyses::all();
  llvm::PreservedAnalyses kept;
  kept.preserveSet<llvm::CFGAnalyses>();
  return kept;
}

//===- word_list.cpp - The words of word vectors as a tokenizer -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/word_list.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

TokenizerDescription emblem::frontend::tokenizerOf(ArrayRef<StringRef> words) {
  WordLevelModel model;
  model.vocabulary.reserve(words.size());
  for (StringRef word : words)
    model.vocabulary.emplace_back(word, model.vocabulary.size());
  model.unknownId = model.vocabulary.size();
  llvm::sort(model.vocabulary);
  TokenizerDescription tokenizer;
  tokenizer.preTokenizer = {WhitespaceSplit{}};
  tokenizer.model = std::move(model);
  return tokenizer;
}

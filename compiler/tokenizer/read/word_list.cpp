//===- word_list.cpp - The words of word vectors as a tokenizer -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/word_list.h"

#include "compiler/files/word_vectors.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

Expected<TokenizerDescription> emblem::frontend::readWords(StringRef path) {
  auto vectors = readWordVectors(path);
  if (!vectors)
    return vectors.takeError();
  WordLevelModel model;
  for (std::string &word : vectors->words)
    model.vocabulary.emplace_back(std::move(word), model.vocabulary.size());
  model.unknownId = model.vocabulary.size();
  llvm::sort(model.vocabulary);
  TokenizerDescription tokenizer;
  tokenizer.preTokenizer = {WhitespaceSplit{}};
  tokenizer.model = std::move(model);
  return tokenizer;
}

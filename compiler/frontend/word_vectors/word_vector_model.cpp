//===- word_vector_model.cpp - Word vectors as a model --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/word_vectors/word_vector_model.h"

#include "compiler/files/word_vectors.h"

#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;

// Texts have no length of their own here; memory has.
static constexpr int64_t maxTokens = 16384;

Expected<Description> emblem::frontend::describeWordVectors(StringRef path) {
  auto vectors = WordVectors::open(path);
  if (!vectors)
    return vectors.takeError();
  Description model;
  model.name = symbolOf(sys::path::stem(path));
  std::string file = sys::path::filename(path).str();
  model.weightFiles = {file};
  model.tokenizerFile = file;
  model.hiddenSize = (*vectors)->getDimension();
  model.maxTokens = maxTokens;
  model.tokens.vocabularySize = (*vectors)->getWords().size();
  model.tokens.table = wordVectorTable;
  model.tokens.zeroRow = true;
  model.specialTokens = false;
  model.unknownTokens = false;
  return model;
}

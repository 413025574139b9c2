//===- probe.h - Inputs for comparing two precisions ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_ACCURACY_PROBE_H
#define EMBLEM_COMPILER_ACCURACY_PROBE_H

#include "compiler/accuracy/in_process_model.h"
#include "compiler/accuracy/probe_pictures.h"

namespace emblem::accuracy {

struct Probe {
  /// Random ids, the same in every run, are for models without a tokenizer.
  enum class Kind { Texts, Pairs, RandomTexts, RandomPairs, Images };

  TokenBatch batch;
  Kind kind = Kind::RandomTexts;

  bool arePairs() const {
    return kind == Kind::Pairs || kind == Kind::RandomPairs;
  }
  bool areRandom() const {
    return kind == Kind::RandomTexts || kind == Kind::RandomPairs;
  }
  /// "texts", "pairs" or "images".
  llvm::StringRef noun() const;
};

/// The ids of each text, as the model tokenizes and cuts it; a text that has
/// none is left out. The model has a tokenizer. To one that scores pairs a text
/// is both of them, with a tab between.
llvm::Expected<TokenBatch> tokenize(InProcessModel &model,
                                    llvm::ArrayRef<llvm::StringRef> texts);

/// The built-in texts as the model tokenizes and cuts them, each paired with
/// itself or the next one where the model scores pairs; for a model without a
/// tokenizer, as many texts of random ids; for one that takes images, the
/// built-in pictures.
llvm::Expected<Probe> makeProbe(InProcessModel &model);

/// The first `count` of the built-in pictures, at most kProbePictures.
TokenBatch pictureBatch(const EmblemModelTable &table,
                        size_t count = kProbePictures);

/// XXH3's 64-bit hash of the ids, or of the pixels, each as 4 bytes,
/// little-endian, all texts or images back to back.
uint64_t hashContents(const TokenBatch &batch);

} // namespace emblem::accuracy

#endif // EMBLEM_COMPILER_ACCURACY_PROBE_H

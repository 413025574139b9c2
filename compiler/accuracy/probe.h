//===- probe.h - What models of two precisions are compared on --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_ACCURACY_PROBE_H
#define EMBLEM_COMPILER_ACCURACY_PROBE_H

#include "compiler/accuracy/in_process_model.h"

namespace emblem::accuracy {

struct Probe {
  TokenBatch batch;
  bool tokenized = false; // the built-in texts; false: random token ids
  bool pairs = false;     // the model scores pairs
};

/// The ids of each text, as the model tokenizes and cuts it; a text that has
/// none is left out. The model has a tokenizer. To one that scores pairs a text
/// is both of them, with a tab between.
llvm::Expected<TokenBatch> tokenize(InProcessModel &model,
                                    llvm::ArrayRef<llvm::StringRef> texts);

/// The built-in texts as the model tokenizes and cuts them, each paired with
/// itself or the next one where the model scores pairs; for a model without a
/// tokenizer, as many texts of random ids, the same in every run.
llvm::Expected<Probe> makeProbe(InProcessModel &model);

/// XXH3's 64-bit hash of the ids, each as 4 bytes, little-endian, all texts
/// back to back.
uint64_t hashTokenIds(const TokenBatch &batch);

} // namespace emblem::accuracy

#endif // EMBLEM_COMPILER_ACCURACY_PROBE_H

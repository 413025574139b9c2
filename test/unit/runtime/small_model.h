//===- small_model.h - A model small enough to compute by hand --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_RUNTIME_SMALL_MODEL_H
#define EMBLEM_TEST_UNIT_RUNTIME_SMALL_MODEL_H

#include "emblem/emblem.h"
#include "emblem/model_table.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// The vector of ids i0, i1, ... is {sum of ik, sum of (k + 1) * ik}: exact in
/// float, and different for the same ids in another order. Vocabulary 100, at
/// most 6 tokens of a text and 8 of a sequence; prompts "query" and "passage",
/// "query" by default; tokenizer: fake_tokenizer.cpp.
EmblemModelTable smallModel();

/// The same, of pairs: to both sums comes 1000 for each token of type 1.
EmblemModelTable pairModel();

/// The most tokens that any batch of a small model had since the last call.
int64_t largestBatch();

struct FreeModel {
  void operator()(EmblemModel *model) const { emblem_free(model); }
};
using OwnedModel = std::unique_ptr<EmblemModel, FreeModel>;

/// All 0 but the size.
EmblemOptions defaultOptions();

/// Opens a table, or fails the test. `table` must outlive the model.
OwnedModel openModel(const EmblemModelTable &table,
                     const EmblemOptions &options = defaultOptions());

/// Sequences as emblem_embed_ids takes them.
struct Sequences {
  std::vector<int32_t> ids;
  std::vector<int32_t> types; // of a pair model's ids
  std::vector<int64_t> offsets = {0};

  void add(const std::vector<int32_t> &sequence);
  size_t count() const { return offsets.size() - 1; }
};

/// What a small model must give for them.
std::vector<float> expectedVectors(const Sequences &sequences);

/// `count` sequences of 1 to 8 ids; the same for the same seed.
Sequences randomSequences(size_t count, uint32_t seed);

#endif // EMBLEM_TEST_UNIT_RUNTIME_SMALL_MODEL_H

//===- data_section.cpp - Places of weights and report --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/data_section.h"

#include "emblem/model_table.h"

#include "llvm/Support/MathExtras.h"

#include <cstddef>

using namespace emblem::package;

// Each model's weights begin on a page of their own; the report need not.
static constexpr int64_t kPage = 4096, kCacheLine = 64;

// Drawn by lot.
static constexpr uint64_t kMark = 0xe3b7a5c94d1f2086;

uint64_t emblem::package::weightsMark(size_t model) {
  return kMark + 2 * model;
}
uint64_t emblem::package::reportMark(size_t model) {
  return kMark + 2 * model + 1;
}

DataSection::DataSection(llvm::ArrayRef<int64_t> weightBytes) {
  for (int64_t bytes : weightBytes) {
    weights.push_back(llvm::alignTo(report, kPage));
    report = llvm::alignTo(weights.back() + bytes, kCacheLine);
  }
}

std::vector<DistanceWord> DataSection::getDistances() const {
  std::vector<DistanceWord> words;
  for (size_t model = 0; model < weights.size(); ++model) {
    words.push_back({weightsMark(model),
                     offsetof(EmblemModelTable, weights_distance),
                     weights[model]});
    words.push_back({reportMark(model),
                     offsetof(EmblemModelTable, report_distance), report});
  }
  return words;
}

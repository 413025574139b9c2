//===- live_values.cpp - Values alive between two stages ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/live_values.h"

using namespace emblem;
using namespace emblem::accuracy;

/// Those that are alive, by name; of one name in their order.
static llvm::StringMap<llvm::SmallVector<const LiveValue *>>
aliveAt(size_t boundary, llvm::ArrayRef<LiveValue> values) {
  llvm::StringMap<llvm::SmallVector<const LiveValue *>> alive;
  for (const LiveValue &value : values)
    if (value.isAlive(boundary))
      alive[value.name].push_back(&value);
  return alive;
}

bool accuracy::leads(llvm::ArrayRef<LiveValue> from, size_t fromBoundary,
                     llvm::ArrayRef<LiveValue> to, size_t toBoundary) {
  auto left = aliveAt(fromBoundary, from);
  auto found = [&](const auto &entry) {
    return llvm::equal(entry.second, left[entry.first()],
                       [](const LiveValue *a, const LiveValue *b) {
                         return a->rowBytes == b->rowBytes &&
                                a->perText == b->perText;
                       });
  };
  return llvm::all_of(aliveAt(toBoundary, to), found);
}

static llvm::MutableArrayRef<std::byte> rowsOf(const LiveValue &value,
                                               const StageRunner &runner) {
  int64_t rows = value.perText ? runner.texts() : runner.tokens();
  std::byte *begin = runner.arenaBytes() + rows * value.slot;
  if (value.perText)
    begin += runner.tokensBytes();
  return {begin, size_t(rows * value.rowBytes)};
}

void SavedValues::save(llvm::ArrayRef<LiveValue> values, size_t boundary,
                       const StageRunner &runner) {
  for (const auto &[name, alive] : aliveAt(boundary, values))
    for (const LiveValue *value : alive) {
      llvm::ArrayRef<std::byte> rows = rowsOf(*value, runner);
      saved[name].emplace_back(rows.begin(), rows.end());
    }
}

void SavedValues::load(llvm::ArrayRef<LiveValue> values, size_t boundary,
                       StageRunner &runner) const {
  for (const auto &[name, alive] : aliveAt(boundary, values))
    for (auto [value, rows] : llvm::zip_equal(alive, saved.find(name)->second))
      llvm::copy(rows, rowsOf(*value, runner).begin());
}

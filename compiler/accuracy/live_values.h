//===- live_values.h - Values alive between two stages ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_ACCURACY_LIVE_VALUES_H
#define EMBLEM_COMPILER_ACCURACY_LIVE_VALUES_H

#include "compiler/accuracy/stage_runner.h"

#include "llvm/ADT/StringMap.h"

#include <string>
#include <vector>

namespace emblem::accuracy {

/// Rows that a stage writes to the arena, for later ones.
struct LiveValue {
  std::string name;          // the stage's, and the type
  size_t writer, lastReader; // stages
  int64_t slot; // bytes a token; of texts' rows, a text behind all tokens'
  int64_t rowBytes;
  bool perText; // its rows are texts

  /// Whether it is written before stage `boundary`, and read from there on.
  bool isAlive(size_t boundary) const {
    return writer < boundary && boundary <= lastReader;
  }
};

/// Whether a program that goes on at stage `toBoundary` finds what it reads
/// where another one has run up to `fromBoundary`: values of the same names,
/// sizes and order.
bool leads(llvm::ArrayRef<LiveValue> from, size_t fromBoundary,
           llvm::ArrayRef<LiveValue> to, size_t toBoundary);

/// What is alive between two stages, outside of any arena: another program's
/// stages go on from it.
class SavedValues {
public:
  /// Of a program that has run up to stage `boundary`.
  void save(llvm::ArrayRef<LiveValue> values, size_t boundary,
            const StageRunner &runner);
  /// Into the arena of a program that is to go on there; the one that ran
  /// leads there.
  void load(llvm::ArrayRef<LiveValue> values, size_t boundary,
            StageRunner &runner) const;

private:
  /// By name; of several values with one name, in their order.
  llvm::StringMap<std::vector<std::vector<std::byte>>> saved;
};

} // namespace emblem::accuracy

#endif // EMBLEM_COMPILER_ACCURACY_LIVE_VALUES_H

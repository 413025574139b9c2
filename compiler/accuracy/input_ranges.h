//===- input_ranges.h - Ranges of a model's activations ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_ACCURACY_INPUT_RANGES_H
#define EMBLEM_COMPILER_ACCURACY_INPUT_RANGES_H

#include "compiler/accuracy/stage_runner.h"

#include "llvm/ADT/StringMap.h"

#include <string>

namespace emblem::accuracy {

/// Where a stage of an f32 program reads its rows, one a token: row t is
/// `columns` floats at byte tokens * slot + t * rowBytes of the arena.
struct StageInput {
  std::string stage; // EmblemStage.name
  int64_t slot;      // bytes a token
  int64_t rowBytes;
  int64_t columns;
};

/// The largest |x| in each column of a stage's input.
struct InputRange {
  std::string stage;
  std::vector<float> largest; // [columns]
};

/// Looks at what the stages read of batches that run through a model
/// (run_stages.h).
class InputObserver {
public:
  explicit InputObserver(llvm::ArrayRef<StageInput> inputs);

  void observe(const EmblemStage &stage, const StageRunner &runner);
  /// One range an input, in their order, of bf16's precision: targets that
  /// differ in the last bits agree.
  std::vector<InputRange> getRanges() const;

private:
  llvm::ArrayRef<StageInput> inputs;
  llvm::StringMap<size_t> inputOfStage;
  std::vector<InputRange> ranges;
};

} // namespace emblem::accuracy

#endif // EMBLEM_COMPILER_ACCURACY_INPUT_RANGES_H

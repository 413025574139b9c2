//===- input_ranges.h - How large a model's activations become --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_ACCURACY_INPUT_RANGES_H
#define EMBLEM_COMPILER_ACCURACY_INPUT_RANGES_H

#include "compiler/accuracy/in_process_model.h"

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

/// Runs `batch` stage by stage and looks at what each of `inputs` reads. One
/// range an input, in their order, of bf16's precision: targets that differ in
/// the last bits agree. The model's weights are where its table says.
llvm::Expected<std::vector<InputRange>>
observeInputs(const EmblemModelTable &table, const TokenBatch &batch,
              llvm::ArrayRef<StageInput> inputs);

} // namespace emblem::accuracy

#endif // EMBLEM_COMPILER_ACCURACY_INPUT_RANGES_H

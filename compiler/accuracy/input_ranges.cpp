//===- input_ranges.cpp - How large a model's activations become ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/input_ranges.h"

#include "compiler/accuracy/stage_runner.h"

#include "llvm/ADT/StringMap.h"

#include <bit>
#include <cmath>

using namespace emblem;
using namespace emblem::accuracy;

/// Tokens that run at once, unless one text has more.
static constexpr int64_t kBatchTokens = 1024;

static void widen(InputRange &range, const StageInput &input,
                  const StageRunner &runner) {
  const std::byte *row = runner.arenaBytes() + runner.tokens() * input.slot;
  for (int64_t token = 0; token < runner.tokens();
       ++token, row += input.rowBytes) {
    const auto *values = reinterpret_cast<const float *>(row);
    for (int64_t column = 0; column < input.columns; ++column)
      range.largest[column] =
          std::max(range.largest[column], std::abs(values[column]));
  }
}

/// To the nearest bf16; what is not finite becomes large.
static float roundRange(float range) {
  uint32_t bits = std::bit_cast<uint32_t>(std::min(range, 1e38f));
  bits += 0x7fff + (bits >> 16 & 1);
  return std::bit_cast<float>(bits & 0xffff0000);
}

/// The first text that does not go with `first` any more.
static size_t endOfRun(const TokenBatch &batch, size_t first) {
  size_t end = first + 1;
  while (end < batch.texts() &&
         batch.offsets[end + 1] - batch.offsets[first] <= kBatchTokens)
    ++end;
  return end;
}

llvm::Expected<std::vector<InputRange>>
accuracy::observeInputs(const EmblemModelTable &table, const TokenBatch &batch,
                        llvm::ArrayRef<StageInput> inputs) {
  std::vector<InputRange> ranges;
  llvm::StringMap<size_t> inputOfStage;
  for (const StageInput &input : inputs) {
    inputOfStage[input.stage] = ranges.size();
    ranges.push_back({input.stage, std::vector<float>(input.columns)});
  }
  for (size_t first = 0; first < batch.texts();) {
    size_t end = endOfRun(batch, first);
    StageRunner runner(table, batch, first, end);
    for (const EmblemStage &stage :
         llvm::ArrayRef(table.stages, table.stage_count)) {
      if (auto input = inputOfStage.find(stage.name);
          input != inputOfStage.end())
        widen(ranges[input->second], inputs[input->second], runner);
      runner.run(stage);
    }
    if (llvm::Error error = runner.check())
      return error;
    first = end;
  }
  for (InputRange &range : ranges)
    for (float &largest : range.largest)
      largest = roundRange(largest);
  return ranges;
}

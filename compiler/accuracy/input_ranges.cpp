//===- input_ranges.cpp - Ranges of a model's activations -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/input_ranges.h"

#include <bit>
#include <cmath>

using namespace emblem;
using namespace emblem::accuracy;

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

InputObserver::InputObserver(llvm::ArrayRef<StageInput> inputs)
    : inputs(inputs) {
  for (const StageInput &input : inputs) {
    inputOfStage[input.stage] = ranges.size();
    ranges.push_back({input.stage, std::vector<float>(input.columns)});
  }
}

void InputObserver::observe(const EmblemStage &stage,
                            const StageRunner &runner) {
  auto input = inputOfStage.find(stage.name);
  if (input != inputOfStage.end())
    widen(ranges[input->second], inputs[input->second], runner);
}

std::vector<InputRange> InputObserver::getRanges() const {
  std::vector<InputRange> rounded = ranges;
  for (InputRange &range : rounded)
    for (float &largest : range.largest)
      largest = roundRange(largest);
  return rounded;
}

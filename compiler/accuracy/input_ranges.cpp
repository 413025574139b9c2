//===- input_ranges.cpp - How large a model's activations become ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/input_ranges.h"

#include "runtime/model/outputs.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Alignment.h"

#include <bit>
#include <cmath>

using namespace emblem;
using namespace emblem::accuracy;

/// Tokens that run at once, unless one text has more.
static constexpr int64_t kBatchTokens = 1024;

namespace {

/// Some texts of a batch, as stage functions take them.
class StageRunner {
public:
  StageRunner(const EmblemModelTable &table, const TokenBatch &batch,
              size_t firstText, size_t endText);

  int64_t tokens() const { return ids.size; }
  const std::byte *arenaBytes() const {
    return static_cast<const std::byte *>(arena.aligned);
  }
  /// All rows and columns of a stage. The stages before it have run.
  void run(const EmblemStage &stage);

private:
  template <typename T> static EmblemSpan spanOf(const T *data, int64_t size) {
    auto *start = const_cast<T *>(data);
    return {start, start, 0, size, 1};
  }

  std::vector<int32_t> textOfRow, firstRows; // [tokens], [texts + 1]
  std::vector<float> results;                // any output's rows
  std::vector<std::byte> memory;             // the arena, with room to align
  EmblemSpan arena, weights, ids, sequences, offsets, types, vectors;
  EmblemSpan pixels = {}; // none: texts are measured
};

} // namespace

StageRunner::StageRunner(const EmblemModelTable &table, const TokenBatch &batch,
                         size_t firstText, size_t endText) {
  int64_t firstToken = batch.offsets[firstText];
  for (size_t text = firstText; text < endText; ++text) {
    firstRows.push_back(batch.offsets[text] - firstToken);
    textOfRow.resize(batch.offsets[text + 1] - firstToken, text - firstText);
  }
  firstRows.push_back(textOfRow.size());
  int64_t tokenCount = textOfRow.size(), texts = endText - firstText;
  for (int64_t i = 0; i < runtime::outputCount(table); ++i) {
    EmblemOutput output = runtime::outputOf(table, i);
    bool perToken = output.rows == EMBLEM_ROWS_ARE_TOKENS;
    results.resize(std::max<size_t>(
        results.size(), output.width * (perToken ? tokenCount : texts)));
  }
  int64_t bytes = tokenCount * table.arena_bytes_per_token +
                  texts * table.arena_bytes_per_sequence;
  llvm::Align alignment(64);
  memory.resize(bytes + alignment.value());
  auto *start =
      reinterpret_cast<std::byte *>(llvm::alignAddr(memory.data(), alignment));

  arena = spanOf(start, bytes);
  weights = spanOf(static_cast<const std::byte *>(table.weights),
                   table.weights_bytes);
  ids = spanOf(&batch.ids[firstToken], tokenCount);
  sequences = spanOf(textOfRow.data(), tokenCount);
  offsets = spanOf(firstRows.data(), texts + 1);
  types = spanOf(&batch.types[firstToken], tokenCount);
  vectors = spanOf(results.data(), results.size());
}

void StageRunner::run(const EmblemStage &stage) {
  int64_t rows =
      stage.rows == EMBLEM_ROWS_ARE_TOKENS ? tokens() : offsets.size - 1;
  for (EmblemStageFunction function : {stage.run, stage.finish})
    if (function)
      function(&arena, &weights, &ids, &sequences, &offsets, &types, &pixels,
               &vectors, 0, rows, 0, stage.columns);
}

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

std::vector<InputRange>
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
    first = end;
  }
  for (InputRange &range : ranges)
    for (float &largest : range.largest)
      largest = roundRange(largest);
  return ranges;
}

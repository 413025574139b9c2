//===- stage_runner.cpp - A compiled model, run stage by stage ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/stage_runner.h"

#include "runtime/model/outputs.h"
#include "runtime/model/table_data.h"

#include "llvm/Support/Alignment.h"

using namespace emblem;
using namespace emblem::accuracy;

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
  weights = spanOf(runtime::weightsOf(table), table.weights_bytes);
  ids = spanOf(&batch.ids[firstToken], tokenCount);
  sequences = spanOf(textOfRow.data(), tokenCount);
  offsets = spanOf(firstRows.data(), texts + 1);
  types = spanOf(&batch.types[firstToken], tokenCount);
  int64_t perImage = runtime::pixelsPerImage(table);
  pixels = spanOf(batch.pixels.data() + firstText * perImage, texts * perImage);
  vectors = spanOf(results.data(), results.size());
}

void StageRunner::run(const EmblemStage &stage) {
  int64_t rows =
      stage.rows == EMBLEM_ROWS_ARE_TOKENS ? tokens() : offsets.size - 1;
  for (EmblemStageFunction function : {stage.run, stage.finish}) {
    if (!function)
      continue;
    int32_t returned =
        function(&arena, &weights, &ids, &sequences, &offsets, &types, &pixels,
                 &vectors, 0, rows, 0, stage.columns);
    if (returned != 0 && !failed) {
      failed = stage.name;
      status = returned;
    }
  }
}

llvm::Error StageRunner::check() const {
  if (!failed)
    return llvm::Error::success();
  return llvm::createStringError(
      "the model's stage %s failed with status %d, so that it cannot be "
      "measured here",
      failed, status);
}

//===- stage_runner.cpp - A compiled model, run stage by stage ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/stage_runner.h"

#include "runtime/execute/cpu/stage_call.h"
#include "runtime/table/outputs.h"

#include "mlir/IR/Threading.h"
#include "llvm/Support/Alignment.h"

#include <atomic>

using namespace emblem;
using namespace emblem::accuracy;

StageRunner::StageRunner(const EmblemModelTable &table, const TokenBatch &input,
                         size_t firstText, size_t endText,
                         std::vector<std::byte> *memory)
    : tileRows(std::max(table.row_tile, 1)),
      bytesPerToken(table.arena_bytes_per_token) {
  int64_t firstToken = input.offsets[firstText];
  for (size_t text = firstText; text < endText; ++text) {
    firstRows.push_back(input.offsets[text] - firstToken);
    textOfRow.resize(input.offsets[text + 1] - firstToken, text - firstText);
  }
  firstRows.push_back(textOfRow.size());
  int64_t tokenCount = textOfRow.size(), texts = endText - firstText;
  runtime::OutputRows rows;
  for (int64_t i = 0; i < runtime::outputCount(table); ++i) {
    EmblemOutput output = runtime::outputOf(table, i);
    bool perToken = output.rows == EMBLEM_ROWS_ARE_TOKENS;
    results.emplace_back(output.width * (perToken ? tokenCount : texts));
    rows.of[i] = results.back().data();
  }
  int64_t bytes = tokenCount * table.arena_bytes_per_token +
                  texts * table.arena_bytes_per_sequence;
  llvm::Align alignment(64);
  std::vector<std::byte> &room = memory ? *memory : ownMemory;
  room.resize(std::max<size_t>(room.size(), bytes + alignment.value()));
  auto *start =
      reinterpret_cast<std::byte *>(llvm::alignAddr(room.data(), alignment));
  batch =
      runtime::makeBatch(table, {tokenCount, texts, 0},
                         {.arena = start,
                          .arenaBytes = bytes,
                          .ids = &input.ids[firstToken],
                          .sequences = textOfRow.data(),
                          .offsets = firstRows.data(),
                          .types = &input.types[firstToken],
                          .pixels = input.pixels.data() +
                                    firstText * runtime::pixelsPerImage(table)},
                         rows, /*failure=*/nullptr);
}

int64_t StageRunner::rowsOf(const EmblemStage &stage) const {
  return stage.rows == EMBLEM_ROWS_ARE_TOKENS ? tokens() : texts();
}

int32_t StageRunner::call(const EmblemStage &stage,
                          EmblemStageFunction function, int64_t rowBegin,
                          int64_t rowEnd) {
  return runtime::call(function, stage.output, batch, {rowBegin, rowEnd},
                       {0, stage.columns});
}

static llvm::Error check(const EmblemStage &stage, int32_t status) {
  if (status == 0)
    return llvm::Error::success();
  return llvm::createStringError(
      "the model's stage %s failed with status %d, so that it cannot be "
      "measured here",
      stage.name, status);
}

bool StageRunner::needs(const EmblemStage &stage) const {
  return runtime::isNeeded(stage, batch.shape.unwanted);
}

llvm::Error StageRunner::run(const EmblemStage &stage) {
  if (!needs(stage))
    return llvm::Error::success();
  for (EmblemStageFunction function : {stage.run, stage.finish})
    if (function)
      if (llvm::Error error =
              check(stage, call(stage, function, 0, rowsOf(stage))))
        return error;
  return llvm::Error::success();
}

llvm::Error StageRunner::run(const EmblemStage &stage,
                             mlir::MLIRContext &context) {
  if (!needs(stage))
    return llvm::Error::success();
  int64_t rows = rowsOf(stage);
  int64_t threads =
      context.isMultithreadingEnabled() ? context.getNumThreads() : 1;
  // Blocks begin at multiples of the tile.
  int64_t blockRows = llvm::alignTo(llvm::divideCeil(rows, threads), tileRows);
  for (EmblemStageFunction function : {stage.run, stage.finish}) {
    if (!function)
      continue;
    std::atomic<int32_t> status = 0;
    mlir::parallelFor(
        &context, 0, llvm::divideCeil(rows, blockRows), [&](size_t block) {
          int64_t begin = block * blockRows;
          if (int32_t returned = call(stage, function, begin,
                                      std::min(rows, begin + blockRows)))
            status = returned;
        });
    if (llvm::Error error = check(stage, status))
      return error;
  }
  return llvm::Error::success();
}

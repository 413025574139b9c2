//===- bench_work.cpp - Random batches, and the work they take ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/bench_work.h"

#include "runtime/command/diagnostics.h"

#include <cinttypes>

namespace emblem::command {

RandomBatch::RandomBatch(BenchShape shape, int64_t vocabularySize) {
  // Lehmer's generator modulo 2^31 - 1.
  uint64_t state = 20260501;
  ids.resize(shape.sequences * shape.tokens);
  types.resize(ids.size());
  for (int32_t &id : ids) {
    state = state * 48271 % 2147483647;
    id = state % vocabularySize;
  }
  for (int64_t s = 0; s <= shape.sequences; ++s)
    offsets.push_back(s * shape.tokens);
}

BatchOutputs::BatchOutputs(const EmblemModelTable &table, BenchShape shape) {
  for (int64_t i = 0; i < runtime::outputCount(table); ++i) {
    EmblemOutput output = runtime::outputOf(table, i);
    int64_t tokens = output.rows == EMBLEM_ROWS_ARE_TOKENS ? shape.tokens : 1;
    memory.emplace_back(shape.sequences * tokens * output.width);
    rows.of[i] = memory.back().data();
  }
}

static double stageRows(const EmblemStage &stage, BenchShape shape) {
  double sequences = shape.sequences;
  return stage.rows == EMBLEM_ROWS_ARE_SEQUENCES ? sequences
                                                 : sequences * shape.tokens;
}

double stageFlops(const EmblemStage &stage, BenchShape shape) {
  double pairs = static_cast<double>(shape.tokens) * shape.tokens;
  return stage.flops_per_row * stageRows(stage, shape) +
         stage.flops_per_token * static_cast<double>(shape.tokens) *
             shape.sequences +
         stage.flops_per_pair * pairs * shape.sequences;
}

double stageBytes(const EmblemStage &stage, BenchShape shape) {
  return stage.bytes_fixed + stage.bytes_per_row * stageRows(stage, shape);
}

double modelFlops(const EmblemModelTable &table, BenchShape shape) {
  double sum = 0;
  for (int64_t i = 0; i < table.stage_count; ++i)
    sum += stageFlops(table.stages[i], shape);
  return sum;
}

std::string shapeName(BenchShape shape) {
  return std::to_string(shape.sequences) + "x" + std::to_string(shape.tokens);
}

std::vector<BenchShape> shapesToRun(const EmblemModelTable &table,
                                    const std::vector<BenchShape> &asked,
                                    std::vector<BenchShape> usual) {
  std::vector<BenchShape> shapes = asked.empty() ? std::move(usual) : asked;
  std::string skipped;
  std::erase_if(shapes, [&](BenchShape shape) {
    bool tooLong = shape.tokens > table.max_positions;
    if (tooLong)
      skipped += (skipped.empty() ? "" : ", ") + shapeName(shape);
    return tooLong;
  });
  if (shapes.empty())
    badInput("the model has only %" PRId64 " positions, too few for %s",
             table.max_positions, skipped.c_str());
  else if (!skipped.empty())
    warn("skipped %s: the model has only %" PRId64 " positions",
         skipped.c_str(), table.max_positions);
  return shapes;
}

} // namespace emblem::command

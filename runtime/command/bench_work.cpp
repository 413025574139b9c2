//===- bench_work.cpp - Random batches, and the work they take ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/bench_work.h"

#include "runtime/command/diagnostics.h"
#include "runtime/command/json_text.h"
#include "runtime/model/model.h"

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

BenchBatch::BenchBatch(const EmblemModelTable &table, BenchShape shape)
    : shape(shape), ids(shape, table.vocabulary_size),
      pixels(shape.sequences * runtime::pixelsPerImage(table), 0.5f) {}

EmblemStatus BenchBatch::run(EmblemModel &model, const BatchOutputs &outputs,
                             int64_t *stageNanoseconds) const {
  if (!pixels.empty())
    return runtime::embedPixels(model, pixels.data(), shape.sequences,
                                outputs.rows.of[0], stageNanoseconds);
  return runtime::embedIds(model, ids.ids.data(), ids.types.data(),
                           ids.offsets.data(), shape.sequences, outputs.rows,
                           stageNanoseconds);
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

double modelFlops(std::span<const EmblemStage> stages, BenchShape shape) {
  double sum = 0;
  for (const EmblemStage &stage : stages)
    sum += stageFlops(stage, shape);
  return sum;
}

bool isReturned(const EmblemModelTable &table, const EmblemStage &stage) {
  // Bits of inner outputs, which are not asked for.
  return runtime::isNeeded(stage, ~0u << runtime::outputCount(table));
}

std::vector<EmblemStage> stagesOf(const EmblemModel &model) {
  const EmblemModelTable &table = *model.table;
  const EmblemDeviceTable *device = runtime::deviceTableOf(model);
  std::vector<EmblemStage> stages;
  if (!device) {
    stages.assign(table.stages, table.stages + table.stage_count);
    for (EmblemStage &stage : stages)
      if (!isReturned(table, stage))
        stage.flops_per_row = stage.flops_per_token = stage.flops_per_pair =
            stage.bytes_fixed = stage.bytes_per_row = 0;
    return stages;
  }
  for (const EmblemDeviceStage &one :
       std::span(device->stages, device->stage_count)) {
    EmblemStage &stage = stages.emplace_back();
    stage.name = one.name;
    stage.rows = one.grid == EMBLEM_GRID_TEXTS ? EMBLEM_ROWS_ARE_SEQUENCES
                                               : EMBLEM_ROWS_ARE_TOKENS;
    stage.flops_per_row = one.flops_per_row;
    stage.flops_per_token = one.flops_per_token;
    stage.flops_per_pair = one.flops_per_pair;
    stage.bytes_fixed = one.bytes_fixed;
    stage.bytes_per_row = one.bytes_per_row;
    stage.output = one.output;
  }
  return stages;
}

std::string workersOf(const EmblemModelInfo &info) {
  return std::string_view(info.device) == "cpu"
             ? std::to_string(info.threads) + " threads"
             : info.device;
}

std::string jsonWorkersOf(const EmblemModelInfo &info) {
  return "\"name\": " + jsonString(info.name) +
         ", \"precision\": " + jsonString(info.precision) +
         ", \"target\": " + jsonString(info.target) +
         ", \"device\": " + jsonString(info.device) +
         ", \"threads\": " + std::to_string(info.threads);
}

int openBenchModel(const EmblemModelTable &table, const Options &options,
                   OpenedModel &model, EmblemModelInfo &info) {
  if (int code = openModel(table, options, model))
    return code;
  emblem_info(model.get(), &info);
  if (const std::string why = whyOnCpu(table, options.device, info);
      !why.empty())
    warn("timed on the CPU: %s", why.c_str());
  return 0;
}

std::string shapeName(BenchShape shape) {
  return std::to_string(shape.sequences) + "x" + std::to_string(shape.tokens);
}

std::vector<BenchShape> shapesToRun(const EmblemModelTable &table,
                                    const std::vector<BenchShape> &asked,
                                    std::vector<BenchShape> usual) {
  std::vector<BenchShape> shapes = asked.empty() ? std::move(usual) : asked;
  if (table.image) {
    if (asked.empty())
      shapes = {{1, 0}, {8, 0}, {32, 0}};
    for (BenchShape &shape : shapes)
      shape.tokens = table.max_positions;
  }
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

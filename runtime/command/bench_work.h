//===- bench_work.h - Random batches, and the work they take ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_BENCH_WORK_H
#define EMBLEM_RUNTIME_COMMAND_BENCH_WORK_H

#include "emblem/model_table.h"
#include "runtime/command/open_model.h"
#include "runtime/command/options.h"
#include "runtime/table/outputs.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace emblem::command {

/// `shape.sequences` sequences of `shape.tokens` ids each; the same ids in
/// every run of the program.
struct RandomBatch {
  RandomBatch(BenchShape shape, int64_t vocabularySize);
  std::vector<int32_t> ids;
  std::vector<int32_t> types;   // 0
  std::vector<int64_t> offsets; // [sequences + 1]
};

struct BatchOutputs;

/// One batch of a shape, again and again: of token ids, or of images, which are
/// all of one grey.
class BenchBatch {
public:
  BenchBatch(const EmblemModelTable &table, BenchShape shape);
  /// Adds each stage's time, if `stageNanoseconds` is not null.
  EmblemStatus run(EmblemModel &model, const BatchOutputs &outputs,
                   int64_t *stageNanoseconds) const;

private:
  BenchShape shape;
  RandomBatch ids;
  std::vector<float> pixels; // of images
};

/// Room for all outputs of one batch of this shape.
struct BatchOutputs {
  BatchOutputs(const EmblemModelTable &table, BenchShape shape);
  runtime::OutputRows rows;
  std::vector<std::vector<float>> memory;
};

/// Whether a stage runs where only what the model returns is asked for.
bool isReturned(const EmblemModelTable &table, const EmblemStage &stage);

/// The stages that an open model runs: the CPU's, or a device's in the words of
/// the CPU's, without code.
std::vector<EmblemStage> stagesOf(const EmblemModel &model);

// What the stage table says of one batch of this shape.
double stageFlops(const EmblemStage &stage, BenchShape shape);
double stageBytes(const EmblemStage &stage, BenchShape shape);
double modelFlops(std::span<const EmblemStage> stages, BenchShape shape);

/// As openModel; says on standard error why it is the CPU, where the model has
/// code for a device that was not refused.
int openBenchModel(const EmblemModelTable &table, const Options &options,
                   OpenedModel &model, EmblemModelInfo &info);

/// "2 threads", or a device's name.
std::string workersOf(const EmblemModelInfo &info);
/// The same as JSON's members, with the model's name, precision and target.
std::string jsonWorkersOf(const EmblemModelInfo &info);

/// "8x32"
std::string shapeName(BenchShape shape);

/// `asked`, or where it is empty `usual`, without the shapes that have more
/// tokens than the model has positions: those are named on standard error, as
/// an error where none is left. An image always has as many tokens.
std::vector<BenchShape> shapesToRun(const EmblemModelTable &table,
                                    const std::vector<BenchShape> &asked,
                                    std::vector<BenchShape> usual);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_BENCH_WORK_H

//===- tune.cpp - Each kernel by whoever is faster here -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/tune.h"

#include "compiler/accuracy/probe.h"
#include "compiler/accuracy/stage_runner.h"
#include "compiler/backend/cpu/registry/kernel_providers.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/stage_kind.h"

#include "llvm/ADT/StringSet.h"

#include <chrono>
#include <cmath>
#include <map>

using namespace emblem;
using namespace emblem::accuracy;
using namespace emblem::driver;
using Clock = std::chrono::steady_clock;

// A query, a sentence, a passage, a batch of passages.
static constexpr int64_t kTokens[] = {8, 32, 128, 1024};
static constexpr int64_t kTokensOfText = 128;
static constexpr size_t kImages[] = {1, 8};
// Below it, a difference is noise.
static constexpr double kWorthwhile = 1.02;

namespace {
/// Two programs of the same stages, whose kernels are of different providers.
struct Programs {
  InProcessProgram &mlir, &other;
};

/// Of each kind of stage that `other` writes, how many times as fast it is: the
/// logarithm, summed over the sizes.
using Gains = std::map<std::string, double>;
} // namespace

static TokenBatch textBatch(const EmblemModelTable &table, int64_t tokens) {
  TokenBatch batch;
  int64_t length = std::min({tokens, kTokensOfText, table.max_positions});
  std::vector<int32_t> ids(length);
  for (int64_t token = 0; token + length <= tokens; token += length) {
    for (int64_t i = 0; i < length; ++i)
      ids[i] = (token + i) * 7919 % table.vocabulary_size;
    batch.add(ids);
  }
  return batch;
}

static std::vector<TokenBatch> makeBatches(const EmblemModelTable &table) {
  std::vector<TokenBatch> batches;
  if (table.image)
    for (size_t count : kImages)
      batches.push_back(pictureBatch(table, count));
  else
    for (int64_t tokens : kTokens)
      batches.push_back(textBatch(table, tokens));
  return batches;
}

static llvm::Expected<double> secondsOf(StageRunner &runner,
                                        const EmblemStage &stage) {
  Clock::time_point start = Clock::now();
  if (llvm::Error error = runner.run(stage))
    return error;
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The best of several turns of each, at least 5 and for at least 10 ms.
static llvm::Expected<double> compare(StageRunner &mlir,
                                      const EmblemStage &mlirStage,
                                      StageRunner &other,
                                      const EmblemStage &otherStage) {
  double best[] = {INFINITY, INFINITY}, spent = 0;
  for (int turn = 0; turn < 5 || (spent < 0.01 && turn < 1000); ++turn)
    for (int i : {0, 1}) {
      auto seconds =
          i == 0 ? secondsOf(mlir, mlirStage) : secondsOf(other, otherStage);
      if (!seconds)
        return seconds.takeError();
      best[i] = std::min(best[i], *seconds);
      spent += *seconds;
    }
  return best[0] / best[1];
}

/// Batch after batch through one stage before the next one's weights are there.
static llvm::Error compareAll(const Programs &programs,
                              llvm::ArrayRef<TokenBatch> batches,
                              Gains &gains) {
  const EmblemModelTable &table = programs.mlir.getTable();
  const EmblemModelTable &other = programs.other.getTable();
  std::vector<StageRunner> mlirRunners, otherRunners;
  std::vector<int32_t> ids;
  for (const TokenBatch &batch : batches) {
    mlirRunners.emplace_back(table, batch, 0, batch.texts());
    otherRunners.emplace_back(other, batch, 0, batch.texts());
    llvm::append_range(ids, batch.ids);
  }
  llvm::StringSet<> seen;
  for (int64_t i = 0; i < table.stage_count; ++i) {
    for (InProcessProgram *program : {&programs.mlir, &programs.other})
      if (llvm::Error error = program->getWeights().load(i, ids))
        return error;
    std::string kind = getStageKind(table.stages[i].name);
    auto gain = gains.find(kind);
    bool isTimed = gain != gains.end() && seen.insert(kind).second;
    for (auto [mlirRunner, otherRunner] :
         llvm::zip(mlirRunners, otherRunners)) {
      // Each reads what the one before it wrote.
      if (llvm::Error error = mlirRunner.run(table.stages[i]))
        return error;
      if (llvm::Error error = otherRunner.run(other.stages[i]))
        return error;
      if (!isTimed)
        continue;
      auto speed =
          compare(mlirRunner, table.stages[i], otherRunner, other.stages[i]);
      if (!speed)
        return speed.takeError();
      gain->second += std::log(*speed);
    }
  }
  return llvm::Error::success();
}

/// The kinds of stages that the lowered module has by another than mlir.
static Gains kindsOfOthers(mlir::ModuleOp lowered, llvm::StringRef mlirName) {
  Gains gains;
  for (kernel::StageOp stage : kernel::getProgram(lowered).getStages())
    if (stage.getProvider() != mlirName ||
        stage.getFinishProvider().value_or(mlirName) != mlirName)
      gains.insert({getStageKind(stage.getName()), 0.0});
  return gains;
}

llvm::Expected<KernelChoices>
driver::tuneKernels(const InProcessInputs &inputs,
                    const PipelineOptions &options) {
  const cpu::KernelProvider &mlir = cpu::allProviders()[0];
  const cpu::KernelProvider &other = cpu::allProviders()[1];
  if (!other.missing.empty())
    return llvm::createStringError("there is nothing to choose from: " +
                                   other.missing);
  if (!runsHere(*options.target))
    return llvm::createStringError("kernels are timed on the machine that runs "
                                   "them, and this one does not "
                                   "run code for " +
                                   options.target->name +
                                   "; use --tune there, and its file here");
  PipelineOptions mlirOptions = options, otherOptions = options;
  mlirOptions.kernels = mlir.name.str();
  otherOptions.kernels = other.name.str();

  mlir::OwningOpRef<mlir::ModuleOp> otherModule =
      mlir::ModuleOp(inputs.module).clone();
  InProcessInputs otherInputs = {*otherModule, inputs.store, inputs.tokenizer,
                                 inputs.threads};
  auto mlirProgram = compileInProcess(inputs, mlirOptions);
  if (!mlirProgram)
    return mlirProgram.takeError();
  auto otherProgram = compileInProcess(otherInputs, otherOptions);
  if (!otherProgram)
    return otherProgram.takeError();
  Gains gains = kindsOfOthers(*otherModule, mlir.name);
  std::vector<TokenBatch> batches = makeBatches(mlirProgram->getTable());
  if (llvm::Error error =
          compareAll({*mlirProgram, *otherProgram}, batches, gains))
    return error;

  KernelChoices choices = {options.target->name.str(), {}};
  for (auto &[kind, sum] : gains) {
    double speed = std::exp(sum / batches.size());
    bool isOther = speed >= kWorthwhile;
    choices.kernels.push_back({kind, (isOther ? other : mlir).name.str(),
                               isOther ? speed : 1 / speed});
  }
  return choices;
}

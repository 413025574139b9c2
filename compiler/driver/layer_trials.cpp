//===- layer_trials.cpp - A model with some layers in a higher precision --===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/layer_trials.h"

#include "compiler/driver/live_value_collector.h"

using namespace emblem;
using namespace emblem::accuracy;
using namespace emblem::driver;

// Weights that a program has loaded while it runs a layer for one trial after
// the other, and while another one runs.
static constexpr int64_t kMostRunning = INT64_C(1) << 30;
static constexpr int64_t kMostWaiting = INT64_C(64) << 20;

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// The program in which this layer and the next one are as in `kept`. Nothing
/// follows the last one.
LayerTrials::Variant LayerTrials::getVariant(const llvm::BitVector &kept,
                                             size_t layer) {
  bool isKept = kept[layer];
  if (layer + 1 == kept.size() || kept[layer + 1] == isKept)
    return isKept ? All : None;
  return isKept == (layer % 2 == 0) ? Even : Odd;
}

llvm::BitVector LayerTrials::keptLayers(Variant variant) const {
  llvm::BitVector kept(layers.size(), variant == All);
  for (size_t layer = 0; layer < layers.size(); ++layer)
    if ((variant == Even && layer % 2 == 0) ||
        (variant == Odd && layer % 2 == 1))
      kept.set(layer);
  return kept;
}

llvm::Expected<InProcessProgram>
LayerTrials::compile(const llvm::BitVector &kept,
                     std::vector<LiveValue> &values) {
  ++compilations;
  PipelineOptions keeping = options;
  keeping.kept.precision = higher;
  for (size_t layer : kept.set_bits())
    keeping.kept.names.push_back(layers[layer]);
  mlir::OwningOpRef<mlir::ModuleOp> module = inputs.module.clone();
  InProcessInputs cloned = {*module, inputs.store, inputs.tokenizer,
                            inputs.threads};
  return compileInProcess(
      cloned, keeping,
      std::make_unique<LiveValueCollector>(*options.target, values));
}

std::vector<size_t>
LayerTrials::findBegins(const EmblemModelTable &table) const {
  std::vector<size_t> begins = {0};
  for (llvm::StringRef layer : layers.drop_front()) {
    auto belongs = [&](const EmblemStage &stage) {
      llvm::StringRef name = stage.name;
      return name.consume_front(layer) && (name.empty() || name[0] == '.');
    };
    llvm::ArrayRef<EmblemStage> rest(table.stages + begins.back(),
                                     table.stages + table.stage_count);
    auto first = llvm::find_if(rest, belongs);
    if (first == rest.end())
      return {};
    begins.push_back(first - llvm::ArrayRef(table.stages, 1).begin());
  }
  begins.push_back(table.stage_count);
  return begins;
}

llvm::Error LayerTrials::prepare(Variant variant) {
  if (programs[variant])
    return llvm::Error::success();
  std::vector<LiveValue> values;
  auto program = [&]() -> llvm::Expected<InProcessProgram> {
    if (variant != None)
      return compile(keptLayers(variant), values);
    llvm::append_range(values, plain.values);
    return InProcessProgram::open(
        llvm::MemoryBuffer::getMemBuffer(plain.object, "model.o",
                                         /*RequiresNullTerminator=*/false),
        plain.lowered, inputs.store, inputs.threads, plain.symbol);
  }();
  if (!program)
    return program.takeError();
  program->getWeights().setMostBytes(kMostRunning);
  std::vector<size_t> begins = findBegins(program->getTable());
  programs[variant].emplace(
      Program{std::move(*program), std::move(values), std::move(begins)});
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Chains
//===----------------------------------------------------------------------===//

/// Whether the trial's programs, which are compiled, go on from one another.
bool LayerTrials::isChain(const llvm::BitVector &kept) const {
  const Program *before = nullptr;
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    const Program *program = &*programs[getVariant(kept, layer)];
    if (program->begins.empty() ||
        (before && !leads(before->values, before->begins[layer],
                          program->values, program->begins[layer])))
      return false;
    before = program;
  }
  return true;
}

/// As many texts as fit, with what is alive of all trials twice: before a layer
/// and after it.
size_t LayerTrials::endOfRun(const TokenBatch &batch, size_t first,
                             size_t trials) const {
  int64_t tokenBytes = 0, textBytes = 0;
  for (const std::optional<Program> &program : programs) {
    if (!program)
      continue;
    const EmblemModelTable &table = program->program.getTable();
    int64_t perToken = 0, perText = 0;
    for (size_t begin : program->begins) {
      int64_t ofTokens = 0, ofTexts = 0;
      for (const LiveValue &value : program->values)
        if (value.isAlive(begin))
          (value.perText ? ofTexts : ofTokens) += value.rowBytes;
      perToken = std::max(perToken, ofTokens);
      perText = std::max(perText, ofTexts);
    }
    tokenBytes = std::max<int64_t>(tokenBytes, table.arena_bytes_per_token +
                                                   2 * trials * perToken);
    textBytes = std::max<int64_t>(textBytes, table.arena_bytes_per_sequence +
                                                 2 * trials * perText);
  }
  return accuracy::endOfRun(batch, first, tokenBytes, textBytes);
}

llvm::Error LayerTrials::runLayer(Program &program, const Group &from,
                                  size_t layer, StageRunner &runner,
                                  Group &result) {
  const EmblemModelTable &table = program.program.getTable();
  size_t begin = program.begins[layer], end = program.begins[layer + 1];
  from.values.load(program.values, begin, runner);
  result.rows = from.rows;
  for (size_t i = begin; i < end; ++i) {
    const EmblemStage &stage = table.stages[i];
    if (llvm::Error error =
            program.program.getWeights().load(i, runner.tokenIds()))
      return error;
    if (llvm::Error error = runner.run(stage, *inputs.module.getContext()))
      return error;
    if (stage.output == 0)
      result.rows = runner.getOutput();
  }
  result.values.save(program.values, end, runner);
  return llvm::Error::success();
}

llvm::Expected<std::vector<LayerTrials::Group>> LayerTrials::runLayers(
    llvm::ArrayRef<Group> groups, size_t layer,
    llvm::ArrayRef<llvm::BitVector> trials,
    llvm::function_ref<StageRunner(const EmblemModelTable &)> makeRunner) {
  std::vector<Group> results;
  // One program after the other: the layer's weights are loaded once.
  for (Variant variant : {None, All, Even, Odd}) {
    if (!programs[variant])
      continue;
    InProcessProgram &program = programs[variant]->program;
    for (const Group &group : groups) {
      Group result;
      for (size_t trial : group.trials)
        if (getVariant(trials[trial], layer) == variant)
          result.trials.push_back(trial);
      if (result.trials.empty())
        continue;
      StageRunner runner = makeRunner(program.getTable());
      if (llvm::Error error =
              runLayer(*programs[variant], group, layer, runner, result))
        return error;
      results.push_back(std::move(result));
    }
    program.getWeights().dropAbove(kMostWaiting);
  }
  return results;
}

llvm::Expected<std::vector<std::vector<float>>>
LayerTrials::run(llvm::ArrayRef<llvm::BitVector> trials,
                 const TokenBatch &batch) {
  std::vector<std::vector<float>> vectors(trials.size());
  Group chained;
  for (auto [i, kept] : llvm::enumerate(trials)) {
    for (size_t layer = 0; layer < layers.size(); ++layer)
      if (llvm::Error error = prepare(getVariant(kept, layer)))
        return error;
    if (isChain(kept)) {
      chained.trials.push_back(i);
      continue;
    }
    std::vector<LiveValue> values;
    auto program = compile(kept, values);
    if (!program)
      return program.takeError();
    if (llvm::Error error = program->embed(batch).moveInto(vectors[i]))
      return error;
  }
  std::vector<std::byte> arena;
  for (size_t first = 0; first < batch.texts() && !chained.trials.empty();) {
    size_t end = endOfRun(batch, first, chained.trials.size());
    std::vector<Group> groups = {chained};
    for (size_t layer = 0; layer < layers.size(); ++layer)
      if (llvm::Error error =
              runLayers(groups, layer, trials,
                        [&](const EmblemModelTable &table) {
                          return StageRunner(table, batch, first, end, &arena);
                        })
                  .moveInto(groups))
        return error;
    for (const Group &group : groups)
      for (size_t trial : group.trials)
        llvm::append_range(vectors[trial], group.rows);
    first = end;
  }
  return vectors;
}

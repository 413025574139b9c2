//===- recorded_stages.cpp - Stages that write down what they did ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/recorded_stages.h"

#include <array>
#include <utility>

using namespace emblem::runtime;

static RecordedStages *current = nullptr;

namespace {

template <size_t stage>
int32_t runStage(EmblemSpan *, EmblemSpan *, EmblemSpan *, EmblemSpan *,
                 EmblemSpan *, EmblemSpan *, EmblemSpan *, EmblemSpan *,
                 int64_t rowBegin, int64_t rowEnd, int64_t columnBegin,
                 int64_t columnEnd) {
  current->run(stage, rowBegin, rowEnd, columnBegin, columnEnd);
  return 0;
}

template <size_t stage>
int32_t finishStage(EmblemSpan *, EmblemSpan *, EmblemSpan *, EmblemSpan *,
                    EmblemSpan *, EmblemSpan *, EmblemSpan *, EmblemSpan *,
                    int64_t rowBegin, int64_t rowEnd, int64_t columnBegin,
                    int64_t columnEnd) {
  current->finish(stage, rowBegin, rowEnd, columnBegin, columnEnd);
  return 0;
}

struct Functions {
  EmblemStageFunction run, finish;
};

template <size_t... stage>
constexpr std::array<Functions, sizeof...(stage)>
allFunctions(std::index_sequence<stage...>) {
  return {Functions{runStage<stage>, finishStage<stage>}...};
}

constexpr auto functions = allFunctions(std::make_index_sequence<6>());

} // namespace

RecordedStages::RecordedStages(std::vector<Kind> list)
    : kinds(std::move(list)), logs(kinds.size()) {
  for (size_t i = 0; i < kinds.size(); ++i) {
    const Kind &kind = kinds[i];
    stages.push_back({"recorded", functions.at(i).run,
                      kind.finish ? functions.at(i).finish : nullptr,
                      kind.overSequences ? EMBLEM_ROWS_ARE_SEQUENCES
                                         : EMBLEM_ROWS_ARE_TOKENS,
                      kind.rowLocal, kind.columns, kind.flopsPerRow, 0, 0, 0, 0,
                      0, 0});
  }
  modelTable.stages = stages.data();
  modelTable.stage_count = int64_t(stages.size());
  modelTable.row_block = 98;
  modelTable.row_tile = 14;
  current = this;
}

RecordedStages::~RecordedStages() { current = nullptr; }

Batch RecordedStages::begin(BatchShape shape) {
  wrong = nullptr;
  for (size_t i = 0; i < kinds.size(); ++i) {
    Log &log = logs[i];
    log.rows = kinds[i].overSequences ? shape.sequences : shape.tokens;
    log.runs.assign(size_t(log.rows * kinds[i].columns), 0);
    log.finishes.assign(size_t(log.rows), 0);
  }
  Batch batch = {};
  batch.shape = shape;
  return batch;
}

bool RecordedStages::ended(size_t stage, int64_t rowBegin,
                           int64_t rowEnd) const {
  const Log &log = logs[stage];
  const int64_t columns = kinds[stage].columns;
  for (int64_t cell = rowBegin * columns; cell < rowEnd * columns; ++cell)
    if (log.runs[size_t(cell)] != 1)
      return false;
  for (int64_t row = rowBegin; row < rowEnd; ++row)
    if (kinds[stage].finish && log.finishes[size_t(row)] != 1)
      return false;
  return true;
}

void RecordedStages::run(size_t stage, int64_t rowBegin, int64_t rowEnd,
                         int64_t columnBegin, int64_t columnEnd) {
  const Kind &kind = kinds[stage];
  Log &log = logs[stage];
  if (rowBegin < 0 || rowBegin >= rowEnd || rowEnd > log.rows ||
      columnBegin < 0 || columnBegin >= columnEnd || columnEnd > kind.columns)
    return note("a block outside the grid, or empty");
  if (stage > 0) {
    const bool ownRowsDo =
        kind.rowLocal && kind.overSequences == kinds[stage - 1].overSequences;
    if (ownRowsDo ? !ended(stage - 1, rowBegin, rowEnd)
                  : !ended(stage - 1, 0, logs[stage - 1].rows))
      return note("a stage started before the one before it had ended");
  }
  for (int64_t row = rowBegin; row < rowEnd; ++row)
    for (int64_t column = columnBegin; column < columnEnd; ++column)
      ++log.runs[size_t(row * kind.columns + column)];
}

void RecordedStages::finish(size_t stage, int64_t rowBegin, int64_t rowEnd,
                            int64_t columnBegin, int64_t columnEnd) {
  const Kind &kind = kinds[stage];
  Log &log = logs[stage];
  if (rowBegin < 0 || rowBegin >= rowEnd || rowEnd > log.rows ||
      columnBegin != 0 || columnEnd != kind.columns)
    return note("finish was not given whole rows");
  for (int64_t cell = rowBegin * kind.columns; cell < rowEnd * kind.columns;
       ++cell)
    if (log.runs[size_t(cell)] != 1)
      return note("finish came before all of the row's columns");
  for (int64_t row = rowBegin; row < rowEnd; ++row)
    ++log.finishes[size_t(row)];
}

std::string RecordedStages::problem() const {
  if (const char *what = wrong)
    return what;
  for (size_t stage = 0; stage < kinds.size(); ++stage)
    if (!ended(stage, 0, logs[stage].rows))
      return "stage " + std::to_string(stage) + " was not done once everywhere";
  return "";
}

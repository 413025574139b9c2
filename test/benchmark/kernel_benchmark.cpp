//===- kernel_benchmark.cpp - Each kernel on its own ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Every kernel of an encoder layer, in every precision, for M rows: one text of
// M tokens, on one thread. Google Benchmark's options work:
//
//   kernel_benchmark --benchmark_filter=bf16/.*feed_forward_up/
//
// Counters: multiplications and additions a second, in 10^9; that as a part of
// the peak of the same precision, measured in this process; and bytes of
// weights and rows a second, which tell more where a kernel only moves data.
//
//===----------------------------------------------------------------------===//

#include "compiled_layer.h"
#include "machine_peak.h"
#include "runtime/execute/cpu/stage_call.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/WithColor.h"
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <vector>

using namespace emblem;
using namespace emblem::benchmark;
using namespace emblem::runtime;

// A new precision is a new word.
static constexpr llvm::StringLiteral precisions[] = {"f32", "bf16", "int8"};
static constexpr int64_t rowCounts[] = {1, 2, 4, 8, 16, 32, 64, 96, 128, 512};

namespace {

/// A batch of one text, all stages of which have run once: what a stage reads
/// is what it would meet in a model.
class OneText {
public:
  OneText(const EmblemModelTable &table, int64_t tokens)
      : table(table), ids(tokens), sequences(tokens),
        offsets{0, static_cast<int32_t>(tokens)}, vectors(table.dimension) {
    constexpr size_t line = 64;
    size_t bytes =
        tokens * table.arena_bytes_per_token + table.arena_bytes_per_sequence;
    bytes = (bytes + line - 1) / line * line;
    arena.reset(static_cast<char *>(std::aligned_alloc(line, bytes)));
    for (int64_t t = 0; t < tokens; ++t)
      ids[t] = static_cast<int32_t>(t * 7919 % table.vocabulary_size);
    batch = makeBatch(table, {tokens, 1, double(tokens) * double(tokens)},
                      {.arena = arena.get(),
                       .arenaBytes = int64_t(bytes),
                       .ids = ids.data(),
                       .sequences = sequences.data(),
                       .offsets = offsets,
                       .types = nullptr,
                       .pixels = nullptr},
                      {{vectors.data()}}, &failure);
    for (int64_t i = 0; i < table.stage_count; ++i)
      run(table.stages[i]);
  }

  int64_t rowsOf(const EmblemStage &stage) const {
    return stage.rows == EMBLEM_ROWS_ARE_SEQUENCES ? 1 : batch.shape.tokens;
  }

  /// In blocks of rows, as the runtime runs it.
  void run(const EmblemStage &stage) {
    int64_t rows = rowsOf(stage), index = &stage - table.stages;
    for (int64_t row = 0; row < rows; row += table.row_block) {
      Range block = {row, std::min(row + table.row_block, rows)};
      callStage(table, index, stage.run, batch, block, {0, stage.columns},
                nullptr);
      if (stage.finish)
        callStage(table, index, stage.finish, batch, block, {0, stage.columns},
                  nullptr);
    }
  }

  double flopsOf(const EmblemStage &stage) const {
    return stage.flops_per_row * double(rowsOf(stage)) +
           stage.flops_per_pair * batch.shape.pairs;
  }
  double bytesOf(const EmblemStage &stage) const {
    return stage.bytes_fixed + stage.bytes_per_row * double(rowsOf(stage));
  }

private:
  struct Free {
    void operator()(char *memory) const { std::free(memory); }
  };
  const EmblemModelTable &table;
  std::unique_ptr<char[], Free> arena;
  std::vector<int32_t> ids, sequences;
  int32_t offsets[2];
  std::vector<float> vectors;
  StageFailure failure; // no kernel of a CPU fails
  Batch batch;
};

} // namespace

/// Of this thread: what others do meanwhile does not count.
static double cpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

static void timeStage(::benchmark::State &state, const EmblemModelTable &table,
                      const EmblemStage &stage, double peak) {
  OneText text(table, state.range(0));
  double start = cpuSeconds();
  for (auto _ : state)
    text.run(stage);
  double each = (cpuSeconds() - start) / double(state.iterations());
  double rate = text.flopsOf(stage) / each;
  state.counters["GFLOP/s"] = rate / 1e9;
  state.counters["GB/s"] = text.bytesOf(stage) / each / 1e9;
  if (peak > 0)
    state.counters["%peak"] = 100 * rate / peak;
}

static void registerStages(llvm::StringRef precision,
                           const EmblemModelTable &table, double peak) {
  for (const EmblemStage &stage :
       llvm::ArrayRef(table.stages, table.stage_count)) {
    if (stage.rows == EMBLEM_ROWS_ARE_SEQUENCES)
      continue; // one row, whatever the text
    auto *registered = ::benchmark::RegisterBenchmark(
        (precision + "/" + stage.name).str().c_str(),
        [&table, &stage, peak](::benchmark::State &state) {
          timeStage(state, table, stage, peak);
        });
    registered->ArgName("M")->Unit(::benchmark::kMicrosecond);
    for (int64_t rows : rowCounts)
      registered->Arg(rows);
  }
}

int main(int argc, char **argv) {
  ::benchmark::Initialize(&argc, argv);
  if (::benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  llvm::Expected<const Target *> target = findTarget("native");
  if (!target) {
    llvm::WithColor::error(llvm::errs(), "kernel_benchmark")
        << llvm::toString(target.takeError()) << "\n";
    return 1;
  }
  std::vector<CompiledLayer> layers; // as long as their benchmarks
  layers.reserve(std::size(precisions));
  for (llvm::StringRef precision : precisions) {
    llvm::Expected<CompiledLayer> layer =
        CompiledLayer::compile(**target, precision);
    if (!layer) {
      llvm::WithColor::warning(llvm::errs(), "kernel_benchmark")
          << precision << " is left out: " << llvm::toString(layer.takeError())
          << "\n";
      continue;
    }
    if (precision != layer->table().precision) {
      llvm::WithColor::warning(llvm::errs(), "kernel_benchmark")
          << precision << " is left out: this compiler gave "
          << layer->table().precision << "\n";
      continue;
    }
    // A label alone proves nothing: f32's code would be timed under its name.
    if (!layers.empty() &&
        layer->table().weights_bytes >= layers.front().table().weights_bytes) {
      llvm::WithColor::warning(llvm::errs(), "kernel_benchmark")
          << precision << " is left out: its weights are as large as those of "
          << layers.front().table().precision << ", so it was not lowered\n";
      continue;
    }
    const PeakInstruction *pace = findPeakInstruction(
        std::string_view(precision.data(), precision.size()));
    double peak = pace ? measurePeak(*pace) : 0;
    llvm::errs() << precision << " for " << (*target)->name;
    if (pace)
      llvm::errs() << llvm::formatv(": peak {0:f1} G/s, {1}", peak / 1e9,
                                    pace->name);
    llvm::errs() << "\n";
    layers.push_back(std::move(*layer));
    registerStages(precision, layers.back().table(), peak);
  }
  ::benchmark::RunSpecifiedBenchmarks();
}

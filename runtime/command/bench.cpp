//===- bench.cpp - PROGRAM bench: how fast the model is here --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/bench_kernels.h"
#include "runtime/command/bench_texts.h"
#include "runtime/command/bench_work.h"
#include "runtime/command/command.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/open_model.h"
#include "runtime/command/output_file.h"
#include "runtime/model/model.h"
#include "runtime/platform/wait.h"

#include <algorithm>
#include <cinttypes>

namespace emblem::command {

namespace {

struct Timing {
  BenchShape shape;
  size_t runs = 0;
  double best = 0, median = 0; // seconds
};

/// Runs one batch again and again for about `seconds`. False: embedding fails.
bool timeShape(EmblemModel *model, const EmblemModelTable &table,
               BenchShape shape, double seconds, Timing &timing) {
  constexpr size_t fewestRuns = 5, mostRuns = 1 << 20;
  constexpr size_t warmUpRuns = 2;

  BenchBatch batch(table, shape);
  BatchOutputs outputs(table, shape);
  std::vector<double> times;
  double total = 0;
  for (size_t run = 0; run < mostRuns; ++run) {
    const int64_t start = platform::monotonicNanoseconds();
    if (batch.run(*model, outputs, /*stageNanoseconds=*/nullptr) != EMBLEM_OK)
      return false;
    double time = (platform::monotonicNanoseconds() - start) * 1e-9;
    if (run < warmUpRuns)
      continue;
    times.push_back(time);
    total += time;
    if (total >= seconds && times.size() >= fewestRuns)
      break;
  }
  std::sort(times.begin(), times.end());
  timing = {shape, times.size(), times.front(), times[times.size() / 2]};
  return true;
}

/// `peak`: the device's flops a second, or 0.
void writeRow(std::span<const EmblemStage> stages, const Timing &timing,
              double peak, OutputFile &output) {
  const BenchShape shape = timing.shape;
  const double flops = modelFlops(stages, shape) / timing.best;
  double tokens = static_cast<double>(shape.sequences) * shape.tokens;
  output.print("%-8s %9.3f %9.3f %11.0f %9.1f", shapeName(shape).c_str(),
               timing.best * 1e3, timing.median * 1e3, tokens / timing.best,
               flops * 1e-9);
  if (peak > 0)
    output.print(" %9.1f", flops / peak * 100);
  output.write("\n");
}

void writeJson(std::span<const EmblemStage> stages, const Timing &timing,
               double peak, OutputFile &output) {
  const BenchShape shape = timing.shape;
  const double flops = modelFlops(stages, shape) / timing.best;
  double tokens = static_cast<double>(shape.sequences) * shape.tokens;
  output.print("\n  {\"sequences\": %" PRId64 ", \"tokens\": %" PRId64
               ", \"runs\": %zu, \"best_ms\": %.6g, \"median_ms\": %.6g, "
               "\"tokens_per_second\": %.6g, \"gflops\": %.6g",
               shape.sequences, shape.tokens, timing.runs, timing.best * 1e3,
               timing.median * 1e3, tokens / timing.best, flops * 1e-9);
  if (peak > 0)
    output.print(", \"percent_of_peak\": %.4g", flops / peak * 100);
  output.write("}");
}

} // namespace

int runBench(const EmblemModelTable &table, const Options &options) {
  if (options.operands.size() > 1 ||
      (options.perKernel && !options.operands.empty()))
    return badUsage("bench takes one file of texts, or else embeds random "
                    "token ids, or grey images");
  if (!options.operands.empty())
    return runBenchTexts(table, options);
  if (options.perKernel)
    return runBenchKernels(table, options);
  OpenedModel model;
  EmblemModelInfo info;
  if (int code = openBenchModel(table, options, model, info))
    return code;
  const std::vector<EmblemStage> stages = stagesOf(*model);
  std::vector<BenchShape> shapes = shapesToRun(table, options.shapes,
                                               {{1, 8},
                                                {1, 16},
                                                {1, 32},
                                                {1, 128},
                                                {1, 512},
                                                {8, 32},
                                                {32, 128},
                                                {64, 32}});
  if (shapes.empty())
    return 1;

  const double peak = runtime::peakFlopsOf(*model);
  OutputFile output;
  output.open(nullptr);
  if (!options.json)
    output.print("%s, %s, %s, %s; tokens/s and GFLOP/s of the best "
                 "run\n%-8s %9s %9s %11s %9s%s\n",
                 info.name, info.precision, info.target,
                 workersOf(info).c_str(), "shape", "best ms", "median ms",
                 "tokens/s", "GFLOP/s", peak > 0 ? " % of peak" : "");
  std::vector<Timing> timings;
  for (size_t i = 0; i < shapes.size() && output.flush(); ++i) {
    Timing &timing = timings.emplace_back();
    if (!timeShape(model.get(), table, shapes[i], options.seconds, timing))
      return badInput("%s: %s", shapeName(shapes[i]).c_str(),
                      emblem_last_error());
    if (!options.json)
      writeRow(stages, timing, peak, output);
  }
  if (!options.json)
    return output.finish();
  // Only now: a shape that fails leaves no half of an object.
  output.print("{%s, \"shapes\": [", jsonWorkersOf(info).c_str());
  const char *comma = "";
  for (const Timing &timing : timings) {
    output.write(comma);
    writeJson(stages, timing, peak, output);
    comma = ",";
  }
  output.write("\n]}\n");
  return output.finish();
}

} // namespace emblem::command

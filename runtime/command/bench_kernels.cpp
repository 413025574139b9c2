//===- bench_kernels.cpp - A batch's time by kernels ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/bench_kernels.h"

#include "runtime/command/bench_work.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/json_text.h"
#include "runtime/command/open_model.h"
#include "runtime/command/output_file.h"
#include "runtime/model/model.h"
#include "runtime/platform/wait.h"

#include <cinttypes>

namespace emblem::command {

std::string kernelName(std::string_view stageName) {
  std::string name;
  while (true) {
    std::string_view part = stageName.substr(0, stageName.find('.'));
    bool number =
        !part.empty() && part.find_first_not_of("0123456789") == part.npos;
    name += number ? "*" : part;
    if (part.size() == stageName.size())
      return name;
    name += '.';
    stageName.remove_prefix(part.size() + 1);
  }
}

std::vector<KernelRow> kernelRows(std::span<const EmblemStage> stages) {
  std::vector<KernelRow> rows;
  for (size_t i = 0; i < stages.size(); ++i) {
    std::string name = kernelName(stages[i].name);
    auto row = rows.begin();
    while (row != rows.end() && row->name != name)
      ++row;
    if (row == rows.end())
      row = rows.insert(row, {std::move(name), {}});
    row->stages.push_back(i);
  }
  return rows;
}

namespace {

/// What the runs of one shape took.
struct Profile {
  int64_t runs = 0;
  double seconds = 0;                    // of all runs
  std::vector<int64_t> stageNanoseconds; // [stages], over all threads and runs
};

bool profileShape(EmblemModel &model, const EmblemModelTable &table,
                  size_t stages, BenchShape shape, double seconds,
                  Profile &profile) {
  BenchBatch batch(table, shape);
  BatchOutputs outputs(table, shape);
  profile.stageNanoseconds.assign(stages, 0);
  auto run = [&](int64_t *nanoseconds) {
    return batch.run(model, outputs, nanoseconds) == EMBLEM_OK;
  };
  // The first run brings pages and caches in, and a device's kernels.
  if (!run(profile.stageNanoseconds.data()))
    return false;
  profile.stageNanoseconds.assign(stages, 0);
  const int64_t start = platform::monotonicNanoseconds();
  do {
    if (!run(profile.stageNanoseconds.data()))
      return false;
    ++profile.runs;
    profile.seconds = (platform::monotonicNanoseconds() - start) * 1e-9;
  } while (profile.seconds < seconds);
  return true;
}

/// One row's share of one run.
struct KernelCost {
  double seconds = 0; // of one run, as if all threads had been at it
  double share = 0;   // of the run, 0 to 1
  double flops = 0, bytes = 0;

  // 0 where the clock saw nothing.
  double gflops() const { return seconds > 0 ? flops / seconds * 1e-9 : 0; }
  double gigabytes() const { return seconds > 0 ? bytes / seconds * 1e-9 : 0; }
};

KernelCost costOf(const KernelRow &row, std::span<const EmblemStage> stages,
                  BenchShape shape, const Profile &profile, int threads) {
  KernelCost cost;
  for (int64_t stage : row.stages) {
    cost.seconds += profile.stageNanoseconds[stage] * 1e-9;
    cost.flops += stageFlops(stages[stage], shape);
    cost.bytes += stageBytes(stages[stage], shape);
  }
  cost.seconds /= static_cast<double>(profile.runs) * threads;
  cost.share = cost.seconds * profile.runs / profile.seconds;
  return cost;
}

void writeTable(std::span<const KernelRow> rows,
                std::span<const EmblemStage> stages, BenchShape shape,
                const Profile &profile, int threads, OutputFile &output) {
  output.print("%s, %d threads, %" PRId64 " runs, %.3f ms each\n"
               "%-36s %6s %10s %7s %9s %8s\n",
               shapeName(shape).c_str(), threads, profile.runs,
               profile.seconds / profile.runs * 1e3, "kernel", "calls",
               "us/run", "share", "GFLOP/s", "GB/s");
  double left = 1;
  for (const KernelRow &row : rows) {
    KernelCost cost = costOf(row, stages, shape, profile, threads);
    left -= cost.share;
    output.print("%-36s %6zu %10.1f %6.1f%% %9.1f %8.1f\n", row.name.c_str(),
                 row.stages.size(), cost.seconds * 1e6, cost.share * 100,
                 cost.gflops(), cost.gigabytes());
  }
  // Threads that wait for each other, and the work between the stages.
  output.print("%-36s %6s %10.1f %6.1f%%\n", "(outside kernels)", "",
               left * profile.seconds / profile.runs * 1e6, left * 100);
}

void writeJson(std::span<const KernelRow> rows,
               std::span<const EmblemStage> stages, BenchShape shape,
               const Profile &profile, int threads, OutputFile &output) {
  output.print("  {\"sequences\": %" PRId64 ", \"tokens\": %" PRId64
               ", \"runs\": %" PRId64 ", \"mean_ms\": %.6g, \"kernels\": [",
               shape.sequences, shape.tokens, profile.runs,
               profile.seconds / profile.runs * 1e3);
  const char *separator = "";
  for (const KernelRow &row : rows) {
    KernelCost cost = costOf(row, stages, shape, profile, threads);
    output.print("%s\n    {\"name\": %s, \"calls\": %zu, \"us\": %.6g, "
                 "\"share\": %.6g, \"gflops\": %.6g, "
                 "\"gigabytes_per_second\": %.6g}",
                 separator, jsonString(row.name).c_str(), row.stages.size(),
                 cost.seconds * 1e6, cost.share, cost.gflops(),
                 cost.gigabytes());
    separator = ",";
  }
  output.write("\n  ]}");
}

} // namespace

int runBenchKernels(const EmblemModelTable &table, const Options &options) {
  OpenedModel model;
  EmblemModelInfo info;
  if (int code = openBenchModel(table, options, model, info))
    return code;
  std::vector<BenchShape> shapes =
      shapesToRun(table, options.shapes, {{1, 32}, {32, 128}});
  if (shapes.empty())
    return 1;
  const std::vector<EmblemStage> stages = stagesOf(*model);
  std::vector<KernelRow> rows = kernelRows(stages);
  std::erase_if(rows, [&](const KernelRow &row) {
    return !isReturned(table, stages[row.stages.front()]);
  });
  // A device's stages run one after the other.
  const int threads = runtime::deviceTableOf(*model) ? 1 : model->threads;

  OutputFile output;
  output.open(nullptr);
  std::vector<Profile> profiles;
  for (size_t i = 0; i < shapes.size() && output.flush(); ++i) {
    Profile &profile = profiles.emplace_back();
    if (!profileShape(*model, table, stages.size(), shapes[i], options.seconds,
                      profile))
      return badInput("%s: %s", shapeName(shapes[i]).c_str(),
                      emblem_last_error());
    if (options.json)
      continue;
    if (i > 0)
      output.write("\n");
    writeTable(rows, stages, shapes[i], profile, threads, output);
  }
  if (!options.json)
    return output.finish();
  // Only now: a shape that fails leaves no half of an object.
  output.print("{%s, \"shapes\": [\n", jsonWorkersOf(info).c_str());
  for (size_t i = 0; i < profiles.size(); ++i) {
    if (i > 0)
      output.write(",\n");
    writeJson(rows, stages, shapes[i], profiles[i], threads, output);
  }
  output.write("\n]}\n");
  return output.finish();
}

} // namespace emblem::command

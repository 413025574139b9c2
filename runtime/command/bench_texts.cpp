//===- bench_texts.cpp - Speed on a file's lines --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/bench_texts.h"

#include "runtime/command/bench_work.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/line_reader.h"
#include "runtime/command/open_model.h"
#include "runtime/command/output_file.h"
#include "runtime/platform/file.h"
#include "runtime/platform/wait.h"

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstring>

namespace emblem::command {

/// False: it cannot be read, and errno says why.
static bool readLines(const char *path, std::vector<std::string> &lines) {
  const int descriptor = platform::openToRead(path);
  if (descriptor < 0)
    return false;
  LineReader reader(descriptor);
  std::string_view line;
  while (reader.next(line))
    lines.emplace_back(line);
  platform::closeFile(descriptor);
  errno = reader.error();
  return errno == 0;
}

namespace {

struct TextsTiming {
  std::vector<double> seconds; // of each run, rising
  int64_t tokens = 0;
};

/// False: embedding fails.
bool timeTexts(EmblemModel *model, int64_t dimension,
               std::span<const EmblemText> texts, double seconds,
               TextsTiming &timing) {
  constexpr size_t fewestRuns = 3;
  std::vector<float> vectors(texts.size() * dimension);
  std::vector<EmblemTextInfo> infos(texts.size());
  double total = 0;
  // The first run brings in pages and caches, and a device's kernels.
  for (bool first = true;
       first || timing.seconds.size() < fewestRuns || total < seconds;
       first = false) {
    const int64_t start = platform::monotonicNanoseconds();
    if (emblem_embed(model, texts.data(), texts.size(), vectors.data(),
                     infos.data()) != EMBLEM_OK)
      return false;
    if (first)
      continue;
    timing.seconds.push_back((platform::monotonicNanoseconds() - start) * 1e-9);
    total += timing.seconds.back();
  }
  std::sort(timing.seconds.begin(), timing.seconds.end());
  for (const EmblemTextInfo &info : infos)
    timing.tokens += info.tokens;
  return true;
}

int writeTiming(const EmblemModelInfo &info, size_t texts,
                const TextsTiming &timing, bool json) {
  const double best = timing.seconds.front() * 1e3;
  const double median = timing.seconds[timing.seconds.size() / 2] * 1e3;
  const double speed = static_cast<double>(timing.tokens) / best * 1e3;
  OutputFile output;
  output.open(nullptr);
  if (json)
    output.print("{%s, \"texts\": %zu, \"text_tokens\": %" PRId64
                 ", \"runs\": %zu, \"best_ms\": %.6g, \"median_ms\": %.6g, "
                 "\"tokens_per_second\": %.6g}\n",
                 jsonWorkersOf(info).c_str(), texts, timing.tokens,
                 timing.seconds.size(), best, median, speed);
  else
    output.print("%s, %s, %s, %s; tokens/s of the best run\n"
                 "%9s %9s %9s %9s %11s\n%9zu %9" PRId64 " %9.3f %9.3f %11.0f\n",
                 info.name, info.precision, info.target,
                 workersOf(info).c_str(), "texts", "tokens", "best ms",
                 "median ms", "tokens/s", texts, timing.tokens, best, median,
                 speed);
  return output.finish();
}

} // namespace

int runBenchTexts(const EmblemModelTable &table, const Options &options) {
  if (table.input != EMBLEM_TAKES_TEXTS || !table.tokenizer)
    return badUsage("bench FILE is for models that take texts");
  const std::string path(options.operands[0]);
  std::vector<std::string> lines;
  if (!readLines(path.c_str(), lines))
    return badInput("cannot read %s: %s", path.c_str(), strerror(errno));
  if (lines.empty())
    return badInput("%s has no lines to embed", path.c_str());
  std::vector<EmblemText> texts;
  for (const std::string &line : lines)
    texts.push_back({line.data(), line.size()});

  OpenedModel model;
  EmblemModelInfo info;
  if (int code = openBenchModel(table, options, model, info))
    return code;
  TextsTiming timing;
  if (!timeTexts(model.get(), table.dimension, texts, options.seconds, timing))
    return badInput("%s: %s", path.c_str(), emblem_last_error());
  return writeTiming(info, texts.size(), timing, options.json);
}

} // namespace emblem::command

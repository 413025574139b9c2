//===- info.cpp - PROGRAM info: what was compiled into it -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "emblem/device_table.h"
#include "runtime/command/command.h"
#include "runtime/command/compare.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/json_member.h"
#include "runtime/command/json_text.h"
#include "runtime/command/open_model.h"
#include "runtime/command/output_file.h"
#include "runtime/command/verify.h"

#include <cinttypes>
#include <cmath>

namespace emblem::command {

static std::span<const EmblemPrompt> prompts(const EmblemModelTable &table) {
  return {table.prompts, static_cast<size_t>(table.prompt_count)};
}

/// What the model returns, where it is not one dense vector alone.
static std::span<const EmblemOutput> outputs(const EmblemModelTable &table) {
  return {table.outputs, static_cast<size_t>(table.output_count)};
}

static const char *rowsOf(const EmblemOutput &output) {
  return output.rows == EMBLEM_ROWS_ARE_TOKENS ? "token" : "text";
}

static const char *nounOf(const EmblemModelTable &table) {
  return table.input == EMBLEM_TAKES_IMAGES  ? "images"
         : table.input == EMBLEM_TAKES_PAIRS ? "pairs"
                                             : "texts";
}

/// What a low precision is fitted to, if anything.
static void writeCalibration(const EmblemModelTable &table,
                             std::string_view report, OutputFile &output) {
  const std::string_view calibration = jsonMember(report, "calibration");
  if (!calibration.empty())
    output.print("%-18s%s %s %s\n", "calibration",
                 std::string(jsonMember(calibration, "texts")).c_str(),
                 jsonMember(calibration, "built_in") == "true" ? "built-in"
                                                               : "given",
                 table.input == EMBLEM_TAKES_IMAGES ? "images" : "texts");
}

/// The layers for which a low precision was too coarse, if any.
static void writeKept(std::string_view report, OutputFile &output) {
  const std::string_view kept = jsonMember(report, "kept");
  std::string names;
  for (const char c : jsonMember(kept, "names"))
    if (c == ',')
      names += ", ";
    else if (c != '[' && c != ']' && c != '"')
      names += c;
  if (!names.empty())
    output.print(
        "%-18s%s\n",
        ("kept in " + std::string(jsonUnquoted(jsonMember(kept, "precision"))))
            .c_str(),
        names.c_str());
}

/// What the compiler's check of a low precision has found; nothing in f32.
static void writeAccuracy(const EmblemModelTable &table,
                          std::string_view report, OutputFile &output) {
  const std::string_view accuracy = jsonMember(report, "accuracy");
  auto value = [&](const char *key) {
    return std::string(jsonUnquoted(jsonMember(accuracy, key)));
  };
  if (accuracy.empty())
    return;
  if (std::string reason = value("not_checked"); !reason.empty())
    output.print("%-18snot checked: %s\n", "accuracy", reason.c_str());
  else {
    const std::string by = value("measured_by");
    output.print(
        "%-18s%s %s over %s probe %s%s%s%s: minimum %s, mean %s\n", "accuracy",
        table.input == EMBLEM_TAKES_PAIRS ? "correlation with" : "cosine to",
        value("against").c_str(), value("probe_texts").c_str(), nounOf(table),
        value("probe").starts_with("random") ? " of random token ids" : "",
        by.empty() ? "" : ", as measured by ", by.c_str(),
        value("minimum_cosine").c_str(), value("mean_cosine").c_str());
  }
}

/// What the compiler was told of the model and what it took for granted; mostly
/// empty.
static void writeChoices(const EmblemModelInfo &info, OutputFile &output) {
  for (auto [key, label] : {std::pair("task", "task"),
                            {"asked", "asked for"},
                            {"assumed", "assumed"}}) {
    const std::string text(jsonUnquoted(jsonMember(info.report, key)));
    if (!text.empty())
      output.print("%-18s%s\n", label, text.c_str());
  }
}

/// How two vectors are compared, where it is more than their cosine.
static void writeDistance(const EmblemModelTable &table, OutputFile &output) {
  const char *name = similarityName(table.distance);
  if (!std::isnan(table.threshold))
    output.print("%-18s%s, the same %s %g\n", "compared by", name,
                 table.distance == EMBLEM_EUCLIDEAN ? "up to" : "from",
                 table.threshold);
  else if (table.distance != EMBLEM_COSINE)
    output.print("%-18s%s\n", "compared by", name);
}

/// As Sentence Transformers calls it, where it does.
static const char *similarityKey(const EmblemModelTable &table) {
  const bool ofTokens =
      table.outputs && table.outputs[0].kind == EMBLEM_MULTI_VECTOR;
  switch (table.distance) {
  case EMBLEM_EUCLIDEAN:
    return "distance";
  case EMBLEM_DOT:
    return "dot";
  case EMBLEM_NEGATIVE_EUCLIDEAN:
    return "euclidean";
  case EMBLEM_NEGATIVE_MANHATTAN:
    return "manhattan";
  case EMBLEM_MEAN_MAX_SIM:
    return "meanmaxsim";
  default:
    return ofTokens ? "maxsim" : "cosine";
  }
}

static std::span<const EmblemDeviceTable>
devices(const EmblemModelTable &table) {
  return {table.devices, static_cast<size_t>(table.device_count)};
}

/// Whether kernels lie there assembled as well, for one chip.
static bool hasMachineCode(const EmblemDeviceTable &device) {
  return device.stage_count > 0 && device.stages[0].kernel_count > 0 &&
         device.stages[0].kernels[0].cubin;
}

/// The processors beside the CPU that the model has code for, and where it runs.
static void writeDevices(const EmblemModelTable &table,
                         const EmblemModelInfo &info, const char *fallback,
                         OutputFile &output) {
  for (const EmblemDeviceTable &one : devices(table))
    output.print("%-18s%s, %s, compute capability %d.%d or more%s, %" PRId64
                 " bytes of weights\n",
                 "code for", one.target, one.precision,
                 one.compute_capability / 10, one.compute_capability % 10,
                 hasMachineCode(one) ? ", machine code too" : "",
                 one.weights_bytes);
  if (fallback)
    output.print("%-18s%s%s%s\n", "device", info.device, *fallback ? ": " : "",
                 fallback);
}

static int64_t arenaBytesPerToken(const EmblemModelTable &table,
                                  const EmblemModelInfo &info) {
  for (const EmblemDeviceTable &one : devices(table))
    if (info.target == one.target)
      return one.arena_bytes_per_token;
  return table.arena_bytes_per_token;
}

/// `fallback`: null where no device was asked for; or why it is the CPU, if for
/// any reason.
static void writeText(const EmblemModelTable &table,
                      const EmblemModelInfo &info, const char *fallback,
                      OutputFile &output) {
  auto text = [&](const char *key, const char *value) {
    output.print("%-18s%s\n", key, value);
  };
  auto number = [&](const char *key, int64_t value) {
    output.print("%-18s%" PRId64 "\n", key, value);
  };
  text("name", info.name);
  number("dimension", info.dimension);
  for (const EmblemOutput &one : outputs(table))
    output.print("%-18s%s: %" PRId64 " numbers a %s\n", "output", one.name,
                 one.width, rowsOf(one));
  if (table.input != EMBLEM_TAKES_IMAGES) {
    number("max tokens", info.max_tokens);
    number("max positions", info.max_positions);
    number("vocabulary", info.vocabulary_size);
    text("tokenizer", table.tokenizer ? "yes" : "no");
  }
  if (&emblem_image_commands)
    emblem_image_commands.describe(table, /*json=*/false, output);
  writeDistance(table, output);
  if (info.truncates_left)
    text("truncates", "left");
  if (info.pairs)
    text("scores pairs", "yes");
  for (int64_t i = 0; table.labels && i < table.dimension; ++i)
    output.print("%-18s%" PRId64 ": %s\n", "label", i, table.labels[i]);
  if (info.report)
    writeChoices(info, output);
  text("precision", info.precision);
  if (info.report) {
    writeKept(info.report, output);
    writeCalibration(table, info.report, output);
    writeAccuracy(table, info.report, output);
  }
  text("target", info.target);
  writeDevices(table, info, fallback, output);
  number("parameters", info.parameters);
  output.print("%-18s%" PRId64 " bytes\n", "weights", info.weights_bytes);
  number("threads", info.threads);
  number("max batch tokens", info.max_batch_tokens);
  output.print("%-18s%" PRId64 " bytes reserved, %" PRId64 " for each token\n",
               "arena", info.arena_bytes, arenaBytesPerToken(table, info));
  for (const EmblemPrompt &prompt : prompts(table)) {
    bool usual = table.default_prompt &&
                 std::string_view(table.default_prompt) == prompt.name;
    output.print("%-18s%s: %s%s", "prompt", prompt.name,
                 jsonString(prompt.text).c_str(), usual ? " (default)" : "");
    if (prompt.marker)
      output.print(", marker %d", *prompt.marker);
    if (prompt.max_tokens)
      output.print(", %s %" PRId64 " tokens",
                   prompt.expansion ? "always" : "at most", prompt.max_tokens);
    output.write("\n");
  }
  if (info.report && *info.report)
    text("report", info.report);
}

static void writeJson(const EmblemModelTable &table,
                      const EmblemModelInfo &info, const char *fallback,
                      OutputFile &output) {
  auto text = [&](const char *key, const char *value) {
    output.print("  \"%s\": %s,\n", key,
                 value ? jsonString(value).c_str() : "null");
  };
  auto number = [&](const char *key, int64_t value) {
    output.print("  \"%s\": %" PRId64 ",\n", key, value);
  };
  output.write("{\n");
  text("name", info.name);
  number("dimension", info.dimension);
  if (table.outputs) {
    output.write("  \"outputs\": [");
    const char *comma = "";
    for (const EmblemOutput &one : outputs(table)) {
      output.print("%s{\"name\": \"%s\", \"width\": %" PRId64
                   ", \"rows\": \"%ss\"}",
                   comma, one.name, one.width, rowsOf(one));
      comma = ", ";
    }
    output.write("],\n");
  }
  if (info.texts)
    text("similarity", similarityKey(table));
  if (table.labels) {
    output.write("  \"labels\": [");
    for (int64_t i = 0; i < table.dimension; ++i)
      output.print("%s%s", i ? ", " : "", jsonString(table.labels[i]).c_str());
    output.write("],\n");
  }
  if (info.truncates_left)
    text("truncation_side", "left");
  number("max_tokens", info.max_tokens);
  number("max_positions", info.max_positions);
  number("vocabulary_size", info.vocabulary_size);
  output.print("  \"tokenizer\": %s,\n", table.tokenizer ? "true" : "false");
  output.print("  \"pairs\": %s,\n", info.pairs ? "true" : "false");
  if (&emblem_image_commands)
    emblem_image_commands.describe(table, /*json=*/true, output);
  text("precision", info.precision);
  text("target", info.target);
  if (!devices(table).empty()) {
    output.write("  \"devices\": [");
    const char *comma = "";
    for (const EmblemDeviceTable &one : devices(table)) {
      output.print("%s{\"target\": \"%s\", \"precision\": \"%s\", "
                   "\"compute_capability\": \"%d.%d\", \"machine_code\": %s, "
                   "\"weights_bytes\": %" PRId64 "}",
                   comma, one.target, one.precision,
                   one.compute_capability / 10, one.compute_capability % 10,
                   hasMachineCode(one) ? "true" : "false", one.weights_bytes);
      comma = ", ";
    }
    output.write("],\n");
  }
  if (fallback) {
    text("device", info.device);
    text("device_problem", *fallback ? fallback : nullptr);
  }
  number("parameters", info.parameters);
  number("weights_bytes", info.weights_bytes);
  number("threads", info.threads);
  number("max_batch_tokens", info.max_batch_tokens);
  number("arena_bytes", info.arena_bytes);
  number("arena_bytes_per_token", arenaBytesPerToken(table, info));
  output.write("  \"prompts\": {");
  const char *separator = "";
  for (const EmblemPrompt &prompt : prompts(table)) {
    output.print("%s%s: %s", separator, jsonString(prompt.name).c_str(),
                 jsonString(prompt.text).c_str());
    separator = ", ";
  }
  output.write("},\n");
  text("default_prompt", table.default_prompt);
  // The compiler wrote the report as JSON.
  bool reported = info.report && *info.report;
  output.print("  \"report\": %s\n}\n", reported ? info.report : "null");
}

int runInfo(const EmblemModelTable &table, const Options &options) {
  if (!options.operands.empty())
    return badUsage("info takes no operands");
  if (options.verify)
    return verifyProgram();
  Options asked = options;
  if (!asked.device)
    asked.device = table.stage_count > 0 ? "cpu" : "none";
  OpenedModel model;
  if (int code = openModel(table, asked, model))
    return code;
  EmblemModelInfo info;
  emblem_info(model.get(), &info);
  const std::string why = whyOnCpu(table, asked.device, info);
  const char *fallback = options.device ? why.c_str() : nullptr;
  OutputFile output;
  output.open(nullptr);
  if (options.json)
    writeJson(table, info, fallback, output);
  else
    writeText(table, info, fallback, output);
  return output.finish();
}

} // namespace emblem::command

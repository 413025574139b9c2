//===- open_model.cpp - The program's own model, as asked for -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/open_model.h"

#include "runtime/command/diagnostics.h"

#include <cinttypes>
#include <span>

namespace emblem::command {

int openModel(const EmblemModelTable &table, const Options &options,
              OpenedModel &model) {
  EmblemOptions asked = {};
  asked.size = sizeof(asked);
  asked.threads = options.threads;
  asked.pin_threads = options.pinThreads;
  asked.max_batch_tokens = options.maxBatchTokens;
  asked.overflow = options.overflow;
  asked.device = options.device;
  EmblemModel *opened = nullptr;
  if (emblem_open(&table, &asked, &opened) != EMBLEM_OK)
    return badInput("%s", emblem_last_error());
  model.reset(opened);
  return 0;
}

std::string whyOnCpu(const EmblemModelTable &table, const char *wish,
                     const EmblemModelInfo &info) {
  const bool mayChoose = !wish || std::string_view(wish) == "auto";
  return table.device_count > 0 && mayChoose &&
                 std::string_view(info.device) == "cpu"
             ? emblem_last_error()
             : "";
}

int requireTokenizer(const EmblemModelTable &table) {
  if (table.tokenizer)
    return 0;
  return badInput("this model was compiled without a tokenizer; give token ids "
                  "instead of texts, with --ids");
}

int findPrompt(const EmblemModelTable &table, const Options &options,
               const char *name, std::string_view &prompt) {
  prompt = {};
  if (options.prompt)
    name = options.prompt;
  // `--prompt=` asks for none.
  if (!name || !*name)
    return 0;
  std::string known;
  for (const EmblemPrompt &one : std::span(table.prompts, table.prompt_count)) {
    if (std::string_view(one.name) == name) {
      prompt = one.text;
      return 0;
    }
    known += (known.empty() ? "" : ", ") + std::string(one.name);
  }
  if (known.empty())
    return badUsage("no prompt is named '%s'; this model has none", name);
  return badUsage("no prompt is named '%s'; there are: %s", name,
                  known.c_str());
}

int findInputPrompt(const EmblemModelTable &table, const Options &options,
                    std::string_view &prompt) {
  if (options.ids)
    return options.prompt
               ? badUsage("--prompt goes with texts; --ids gives token ids")
               : 0;
  if (int code = requireTokenizer(table))
    return code;
  return findPrompt(table, options, table.default_prompt, prompt);
}

int refuseTextOptions(const Options &options) {
  const char *name = options.ids      ? "--ids"
                     : options.prompt ? "--prompt"
                     : options.overflow != EMBLEM_TRUNCATE
                         ? "--on-overflow=error"
                         : nullptr;
  return name ? badUsage("%s goes with texts, not with images", name) : 0;
}

int requireVectors(const EmblemModelTable &table) {
  if (!table.outputs || table.outputs[0].rows == EMBLEM_ROWS_ARE_SEQUENCES)
    return 0;
  return badInput("this model has one vector a token (%s) and none a text, "
                  "which this command compares",
                  table.outputs[0].name);
}

int checkDimension(const EmblemModelTable &table, const Options &options) {
  if (options.dimension <= table.dimension)
    return 0;
  return badUsage("--dim %" PRId64 " is out of range; the model's vectors have "
                  "%" PRId64 " components",
                  options.dimension, table.dimension);
}

void reportTruncated(int64_t truncated, int64_t texts, int64_t maxTokens) {
  if (truncated > 0)
    warn("%" PRId64 " of %" PRId64 " texts had more than %" PRId64
         " tokens and were cut; --on-overflow=error refuses them",
         truncated, texts, maxTokens);
}

} // namespace emblem::command

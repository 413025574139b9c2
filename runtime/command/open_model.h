//===- open_model.h - The program's own model, as asked for -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_OPEN_MODEL_H
#define EMBLEM_RUNTIME_COMMAND_OPEN_MODEL_H

#include "emblem/emblem.h"
#include "emblem/model_table.h"
#include "runtime/command/options.h"

#include <memory>
#include <string>
#include <string_view>

namespace emblem::command {

struct CloseModel {
  void operator()(EmblemModel *model) const { emblem_free(model); }
};
using OpenedModel = std::unique_ptr<EmblemModel, CloseModel>;

// Each returns 0, or after a sentence on standard error an exit code.

int openModel(const EmblemModelTable &table, const Options &options,
              OpenedModel &model);

/// Right after openModel: why the model runs on the CPU where it has code for a
/// device and `wish` (null, or Options.device) leaves the choice to it; else "".
std::string whyOnCpu(const EmblemModelTable &table, const char *wish,
                     const EmblemModelInfo &info);

/// Refuses a model that was compiled without a tokenizer.
int requireTokenizer(const EmblemModelTable &table);

/// The text of the prompt that `--prompt` names; without that option the text
/// of `name`, where it is not null. Empty: none.
int findPrompt(const EmblemModelTable &table, const Options &options,
               const char *name, std::string_view &prompt);

/// What embedding needs before each text: `--prompt`'s text, or the model's
/// default prompt. With `--ids`, none; without a tokenizer, an error.
int findInputPrompt(const EmblemModelTable &table, const Options &options,
                    std::string_view &prompt);

/// Refuses a model whose first output has no row a text, for commands that
/// compare texts.
int requireVectors(const EmblemModelTable &table);

/// Refuses a `--dim` beyond the model's dimension.
int checkDimension(const EmblemModelTable &table, const Options &options);

/// Refuses, where all is images, the options that are for texts.
int refuseTextOptions(const Options &options);

/// How many texts were cut, on standard error; nothing where none was.
void reportTruncated(int64_t truncated, int64_t texts, int64_t maxTokens);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_OPEN_MODEL_H

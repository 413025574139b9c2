//===- command.h - Commands of a compiled program ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// `PROGRAM COMMAND [OPTIONS] [OPERANDS]`. Exit codes: 0; 1 for bad input or
// output that cannot be written; 2 for a bad command line. Each of the latter
// two comes with one sentence on standard error.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_COMMAND_H
#define EMBLEM_RUNTIME_COMMAND_COMMAND_H

#include "emblem/model_table.h"
#include "runtime/command/options.h"

#include <span>
#include <string_view>

namespace emblem::command {

struct Command {
  std::string_view name;
  const char *operands; // as the help writes them: "[TEXT ...]", or ""
  const char *summary;
  const char *details; // sentences for the command's own help page
  std::span<const Option *const> options;
  /// Returns the exit code.
  int (*run)(const EmblemModelTable &table, const Options &options);
  int32_t input; // of the models that have it: EMBLEM_TAKES_..., or any...
  std::span<const char *const> examples; // without the program's name
};

/// anyInput: of every model; anyText: of texts and of pairs.
constexpr int32_t anyInput = -1, anyText = -2;

class EmbedBatch;
class OutputFile;

/// What only models that take images have.
struct ImageCommands {
  std::span<const Command> commands;
  /// Lines that are images' file names; where `texts` is not null only those
  /// that name an image (image_files.h), and the others go to `texts`, which it
  /// owns.
  EmbedBatch *(*makeBatch)(const EmblemModelTable &table, EmblemModel *model,
                           EmbedBatch *texts);
  /// A line of `info`, or a member of its JSON.
  void (*describe)(const EmblemModelTable &table, bool json,
                   OutputFile &output);
};

/// The commands of every program, in the order of the help page.
std::span<const Command> commands();

/// main() for the model `table`.
int runProgram(const EmblemModelTable &table, int count,
               const char *const *arguments);

int runEmbed(const EmblemModelTable &table, const Options &options);
int runSimilarity(const EmblemModelTable &table, const Options &options);
int runIndex(const EmblemModelTable &table, const Options &options);
int runSearch(const EmblemModelTable &table, const Options &options);
int runTokenize(const EmblemModelTable &table, const Options &options);
int runBench(const EmblemModelTable &table, const Options &options);
int runInfo(const EmblemModelTable &table, const Options &options);

/// Options of several commands.
namespace option {
extern const Option threads, pin, maxBatchTokens, device, onOverflow, output,
    format, dimension, prompt, ids, hitFormat, hits;
} // namespace option

} // namespace emblem::command

/// `rerank`, which only a model that scores pairs needs: it is linked where the
/// linker is asked for this symbol, as emblemc does (link.cpp), and else null.
extern "C" [[gnu::weak]] const emblem::command::Command emblem_rerank_command;

/// `serve`, linked in the same way where the model takes texts, unless emblemc is
/// told --without=serve.
extern "C" [[gnu::weak]] const emblem::command::Command emblem_serve_command;

/// Those of a model that takes images, alone or beside texts, in place of the
/// usual ones of their names; linked in the same way.
extern "C"
    [[gnu::weak]] const emblem::command::ImageCommands emblem_image_commands;

#endif // EMBLEM_RUNTIME_COMMAND_COMMAND_H

//===- command.cpp - From argv to a command, and the help pages -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"

#include "runtime/command/diagnostics.h"
#include "runtime/command/missing_pages.h"
#include "runtime/command/nearest_name.h"
#include "runtime/command/output_file.h"
#include "runtime/platform/process.h"
#include "runtime/platform/whole_file.h"

#include <cinttypes>

namespace emblem::command {

/// Those that only such models have.
static std::span<const Command> ownCommands(const EmblemModelTable &table) {
  if (table.input == EMBLEM_TAKES_PAIRS && &emblem_rerank_command)
    return {&emblem_rerank_command, 1};
  if ((table.image || table.image_tower) && &emblem_image_commands)
    return emblem_image_commands.commands;
  return {};
}

static bool takes(const Command &command, int32_t input) {
  return command.input == input || command.input == anyInput ||
         (command.input == anyText && input != EMBLEM_TAKES_IMAGES);
}

static const Command *findCommand(std::span<const Command *const> commands,
                                  std::string_view name) {
  for (const Command *command : commands)
    if (command->name == name)
      return command;
  return nullptr;
}

/// The commands that this model has.
static std::vector<const Command *> commandsOf(const EmblemModelTable &table) {
  std::vector<const Command *> found;
  for (std::span<const Command> list : {ownCommands(table), commands()})
    for (const Command &command : list)
      if (takes(command, table.input) && !findCommand(found, command.name))
        found.push_back(&command);
  if (&emblem_serve_command && takes(emblem_serve_command, table.input))
    found.push_back(&emblem_serve_command);
  return found;
}

static int unknownCommand(const EmblemModelTable &table,
                          std::string_view name) {
  if (table.input == EMBLEM_TAKES_TEXTS && name == "rerank")
    return badUsage("this model embeds texts and scores no pairs; rerank with "
                    "a cross-encoder's program");
  if (name == "serve")
    return badUsage(
        table.input == EMBLEM_TAKES_IMAGES
            ? "models of images are not served yet"
            : "this program was linked without the server: by emblemc "
              "--without=serve, or by an Emblem that was built without "
              "libhttp-parser");
  if (table.input == EMBLEM_TAKES_PAIRS)
    for (const Command &command : commands())
      if (name == command.name)
        return badUsage("this model scores pairs of texts and embeds none; use "
                        "'%s rerank QUERY'",
                        programName());
  std::vector<std::string_view> names = {"help"};
  for (const Command *command : commandsOf(table))
    names.push_back(command->name);
  std::string_view near = nearestName(name, names);
  std::string hint = near.empty()
                         ? formatText("'%s help' lists them", programName())
                         : "did you mean '" + std::string(near) + "'?";
  return badUsage("unknown command '%.*s'; %s", static_cast<int>(name.size()),
                  name.data(), hint.c_str());
}

/// Two columns.
static void writeEntry(std::string_view left, const char *right,
                       OutputFile &output) {
  output.print("  %-30.*s %s\n", static_cast<int>(left.size()), left.data(),
               right);
}

static void writeOverview(const EmblemModelTable &table, OutputFile &output) {
  output.print("%s: the %s model %s, compiled into a program.\n\n"
               "usage: %s COMMAND [OPTIONS] [%s ...]\n\ncommands:\n",
               programName(),
               table.input == EMBLEM_TAKES_PAIRS ? "reranking" : "embedding",
               table.name, programName(),
               table.input == EMBLEM_TAKES_IMAGES ? "IMAGE" : "TEXT");
  for (const Command *command : commandsOf(table)) {
    std::string left(command->name);
    if (*command->operands)
      left += std::string(" ") + command->operands;
    writeEntry(left, command->summary, output);
  }
  writeEntry("help [COMMAND]", "this page, or a command's options", output);
  writeEntry("--version", "the model and the compiler's version", output);
  output.write("\nexamples:\n");
  for (const Command *command : commandsOf(table))
    for (const char *example : command->examples)
      output.print("  %s %s\n", programName(), example);
}

static void writeCommandHelp(const Command &command, OutputFile &output) {
  output.print("%s %.*s: %s\n\nusage: %s %.*s [OPTIONS] %s\n\n%s\n\noptions:\n",
               programName(), static_cast<int>(command.name.size()),
               command.name.data(), command.summary, programName(),
               static_cast<int>(command.name.size()), command.name.data(),
               command.operands, command.details);
  for (const Option *option : command.options) {
    std::string left(option->name);
    if (option->value)
      left += std::string(option->name.starts_with("--") ? "=" : " ") +
              option->value;
    if (!option->letter.empty())
      left = std::string(option->letter) + ", " + left;
    writeEntry(left, option->help, output);
  }
}

static int writeHelp(const EmblemModelTable &table, const Command *command) {
  OutputFile output;
  output.open(nullptr);
  if (command)
    writeCommandHelp(*command, output);
  else
    writeOverview(table, output);
  return output.finish();
}

static int writeVersion(const EmblemModelTable &table) {
  OutputFile output;
  output.open(nullptr);
  output.print("%s (%s, %s), compiled by Emblem " EMBLEM_VERSION "\n",
               table.name, table.precision, table.target);
  return output.finish();
}

int runProgram(const EmblemModelTable &table, int count,
               const char *const *arguments) {
  setProgramName(count > 0 ? arguments[0] : table.name);
  platform::ignoreClosedPipes();
  reportMissingPages();

  if (const int64_t missing = platform::countMissingBytesOfProgram())
    return badInput("the program is cut off, its last %" PRId64
                    " bytes are missing; copy it again",
                    missing);
  if (count < 2)
    return badUsage("no command; '%s help' lists them", programName());
  std::string_view name = arguments[1];
  std::span<const char *const> rest(arguments + 2, count - 2);
  if (name == "--version")
    return writeVersion(table);
  if (name == "help" || name == "--help" || name == "-h") {
    if (rest.empty())
      return writeHelp(table, nullptr);
    const Command *command = findCommand(commandsOf(table), rest[0]);
    return command ? writeHelp(table, command) : unknownCommand(table, rest[0]);
  }
  const Command *command = findCommand(commandsOf(table), name);
  if (!command)
    return unknownCommand(table, name);

  Options options;
  if (std::string problem = parseOptions(command->options, rest, options);
      !problem.empty())
    return badUsage("%s: %s", arguments[1], problem.c_str());
  if (options.help)
    return writeHelp(table, command);
  return command->run(table, options);
}

} // namespace emblem::command

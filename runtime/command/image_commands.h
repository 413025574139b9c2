//===- image_commands.h - Commands of models that take images ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_IMAGE_COMMANDS_H
#define EMBLEM_RUNTIME_COMMAND_IMAGE_COMMANDS_H

#include "runtime/command/command.h"

namespace emblem::command {

int runEmbedImages(const EmblemModelTable &table, const Options &options);
/// ImageCommands::describe.
void describeImage(const EmblemModelTable &table, bool json,
                   OutputFile &output);
/// ImageCommands::makeBatch.
EmbedBatch *makeImageBatch(const EmblemModelTable &table, EmblemModel *model,
                           EmbedBatch *texts);

int runSimilarityImages(const EmblemModelTable &table, const Options &options);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_IMAGE_COMMANDS_H

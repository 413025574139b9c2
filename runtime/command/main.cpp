//===- main.cpp - The compiled program ------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"

#include <csignal>

/// The model that the compiler wrote.
extern "C" const EmblemModelTable emblem_model_table;

int main(int count, char **arguments) {
  // A file at its size limit is a write that fails, with a sentence.
  std::signal(SIGXFSZ, SIG_IGN);
  return emblem::command::runProgram(emblem_model_table, count, arguments);
}

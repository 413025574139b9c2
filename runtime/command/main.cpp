//===- main.cpp - The compiled program ------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"

/// The model that the compiler wrote.
extern "C" const EmblemModelTable emblem_model_table;

int main(int count, char **arguments) {
  return emblem::command::runProgram(emblem_model_table, count, arguments);
}

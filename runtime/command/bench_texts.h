//===- bench_texts.h - Speed on a file's lines ------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_BENCH_TEXTS_H
#define EMBLEM_RUNTIME_COMMAND_BENCH_TEXTS_H

#include "emblem/model_table.h"
#include "runtime/command/options.h"

namespace emblem::command {

/// `bench FILE`: its lines as they come, from text to vectors, all in one call.
/// Returns the exit code.
int runBenchTexts(const EmblemModelTable &table, const Options &options);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_BENCH_TEXTS_H

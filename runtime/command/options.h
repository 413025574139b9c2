//===- options.h - The command line, read through tables --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each command has a list of the options that it takes (command_table.cpp).
// An option is `--name=VALUE`, `--name VALUE` or a switch, anywhere among the
// operands; `--` ends the options. An option that is given twice has its last
// value.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_OPTIONS_H
#define EMBLEM_RUNTIME_COMMAND_OPTIONS_H

#include "emblem/emblem.h"
#include "runtime/command/vector_format.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emblem::command {

struct BenchShape {
  int64_t sequences = 0;
  int64_t tokens = 0; // of each sequence
};

/// Every command's values, with their defaults. Null or 0: not given.
struct Options {
  std::vector<std::string_view> operands;
  bool help = false;

  int64_t threads = 0;
  bool pinThreads = false;
  int64_t maxBatchTokens = 0;
  EmblemOverflow overflow = EMBLEM_TRUNCATE;
  const char *prompt = nullptr;
  const char *device = nullptr;

  VectorFormat format = VectorFormat::JsonLines;
  const char *output = nullptr;
  int64_t dimension = 0;
  bool ids = false;
  const char *returns = nullptr; // an output's name
  EmblemFinish finish = EMBLEM_FINISH_OF_MODEL;
  bool offsets = false;
  int64_t top = 0;

  bool image = false;   // operands are images' files
  bool skipBad = false; // images that cannot be embedded are left out

  bool json = false;
  bool verify = false;

  bool sorted = true;
  int64_t label = -1;

  std::vector<BenchShape> shapes;
  double seconds = 0.5; // of timing, each shape
  bool perKernel = false;
};

struct Option {
  std::string_view name;   // "--output"
  std::string_view letter; // "-o", or empty
  const char *value;       // what stands for the value in the help; null: none
  const char *help;
  /// Stores `value` (null for a switch). Returns null, or what a value must be:
  /// "a whole number from 1 to 9".
  const char *(*store)(Options &options, const char *value);
  bool mayLackValue = false; // then it stands alone, and `value` is null
};

/// Reads `arguments` into `options`. Returns an empty string, or one sentence
/// (without its end) on what is wrong.
std::string parseOptions(std::span<const Option *const> known,
                         std::span<const char *const> arguments,
                         Options &options);

/// A whole number without sign, or with '-'. False: it is none, or outside.
bool parseInteger(std::string_view text, int64_t least, int64_t most,
                  int64_t &value);

/// "8x32", several separated by commas. False: it is no such list.
bool parseShapes(std::string_view text, std::vector<BenchShape> &shapes);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_OPTIONS_H

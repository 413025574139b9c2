//===- text_source.h - The texts that a command works on --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_TEXT_SOURCE_H
#define EMBLEM_RUNTIME_COMMAND_TEXT_SOURCE_H

#include "runtime/command/line_reader.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace emblem::command {

/// The arguments, or where there are none, the lines of standard input.
class TextSource {
public:
  /// `each` is what a line is, for a terminal.
  explicit TextSource(std::span<const std::string_view> arguments,
                      const char *each = "text");

  /// The next text, valid until the next call. False at the end, or when
  /// standard input cannot be read.
  bool next(std::string_view &text);

  /// Whether next() would return without waiting.
  bool ready() { return !fromInput || lines.ready(); }

  /// "line 3" or "argument 3": the text number `index`, from 0.
  std::string where(int64_t index) const;

  /// 0, or after a sentence on standard error the exit code of a failed read.
  int finish() const;

private:
  std::span<const std::string_view> arguments;
  size_t used = 0;
  bool fromInput;
  LineReader lines;
};

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_TEXT_SOURCE_H

//===- text_source.cpp - The texts that a command works on ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/text_source.h"

#include "runtime/command/diagnostics.h"
#include "runtime/platform/file.h"

#include <cstdio>
#include <cstring>

namespace emblem::command {

TextSource::TextSource(std::span<const std::string_view> arguments,
                       const char *each)
    : arguments(arguments), fromInput(arguments.empty()),
      lines(platform::standardInput) {
  // A program that waits without a word looks as if it hung.
  if (fromInput && platform::isTerminal(platform::standardInput) &&
      platform::isTerminal(platform::standardError))
    std::fprintf(stderr, "%s: one %s a line; end with Ctrl-D\n", programName(),
                 each);
}

bool TextSource::next(std::string_view &text) {
  if (fromInput)
    return lines.next(text);
  if (used == arguments.size())
    return false;
  text = arguments[used++];
  return true;
}

std::string TextSource::where(int64_t index) const {
  return (fromInput ? "line " : "argument ") + std::to_string(index + 1);
}

int TextSource::finish() const {
  if (lines.error())
    return badInput("cannot read standard input: %s", strerror(lines.error()));
  return 0;
}

} // namespace emblem::command

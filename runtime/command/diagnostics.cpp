//===- diagnostics.cpp - Sentences on standard error ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/diagnostics.h"

#include "runtime/platform/file.h"

#include <cstdio>
#include <cstring>

namespace emblem::command {

static const char *name = "emblem";

void setProgramName(const char *path) {
  const char *slash = strrchr(path, '/');
  name = slash ? slash + 1 : path;
}

const char *programName() { return name; }

std::string formatText(const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  int size = vsnprintf(nullptr, 0, format, again);
  va_end(again);
  std::string text(size < 0 ? 0 : size, '\0');
  // Writes the final zero over the string's own.
  vsnprintf(text.data(), text.size() + 1, format, arguments);
  return text;
}

/// One write, so that sentences of several programs do not mix.
static void say(const char *kind, const char *format, va_list arguments) {
  std::string line =
      std::string(name) + ": " + kind + ": " + formatText(format, arguments);
  // It may quote the input: no line breaks, nothing that steers a terminal.
  for (char &byte : line)
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f)
      byte = '?';
  line += '\n';
  // Where standard error is closed there is nobody left to tell.
  (void)platform::writeFile(platform::standardError, line.data(), line.size());
}

int badInput(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("error", format, arguments);
  va_end(arguments);
  return 1;
}

int badUsage(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("error", format, arguments);
  va_end(arguments);
  return 2;
}

void warn(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("warning", format, arguments);
  va_end(arguments);
}

std::string formatText(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::string text = formatText(format, arguments);
  va_end(arguments);
  return text;
}

} // namespace emblem::command

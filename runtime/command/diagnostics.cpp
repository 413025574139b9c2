//===- diagnostics.cpp - Sentences on standard error ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/diagnostics.h"

#include "runtime/platform/file.h"

#include <algorithm>
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

/// Bytes of the UTF-8 character that `text` begins with; 0 where it is none, or
/// a control.
static size_t characterSize(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80)
    return first >= 0x20 && first != 0x7f;
  const size_t size = first >= 0xf0   ? 4
                      : first >= 0xe0 ? 3
                      : first >= 0xc2 ? 2
                                      : 5;
  if (size > text.size() || first > 0xf4)
    return 0;
  for (size_t i = 1; i < size; ++i)
    if (byte(i) >> 6 != 2)
      return 0;
  // Too long, a half of a pair, too large, or a control of Latin-1.
  const unsigned char second = byte(1);
  const bool isBad =
      (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f) ||
      (first == 0xc2 && second < 0xa0);
  return isBad ? 0 : size;
}

/// A sentence may quote the input: no line breaks, nothing that steers a
/// terminal or is no UTF-8, and no more than a screen of it.
static std::string printable(std::string_view text) {
  constexpr size_t most = 2000;
  std::string printed;
  for (size_t i = 0; i < text.size();) {
    if (text.size() > most && i >= most / 2 && i < text.size() - most / 2) {
      printed += "...";
      i = text.size() - most / 2;
      while (i < text.size() && static_cast<unsigned char>(text[i]) >> 6 == 2)
        ++i;
      continue;
    }
    const size_t size = characterSize(text.substr(i));
    if (size)
      printed += text.substr(i, size);
    else
      printed += formatText("\\x%02X", static_cast<unsigned char>(text[i]));
    i += std::max<size_t>(size, 1);
  }
  return printed;
}

/// One write, so that sentences of several programs do not mix.
static void say(const char *kind, const char *format, va_list arguments) {
  std::string line =
      std::string(name) + ": " + kind + formatText(format, arguments);
  line = printable(line) + '\n';
  // Where standard error is closed there is nobody left to tell.
  (void)platform::writeFile(platform::standardError, line.data(), line.size());
}

int badInput(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("error: ", format, arguments);
  va_end(arguments);
  return 1;
}

int badUsage(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("error: ", format, arguments);
  va_end(arguments);
  return 2;
}

void warn(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("warning: ", format, arguments);
  va_end(arguments);
}

void announce(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("", format, arguments);
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

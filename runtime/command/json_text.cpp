//===- json_text.cpp - Strings as JSON writes them ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/json_text.h"

#include "runtime/command/diagnostics.h"

namespace emblem::command {

std::string jsonString(std::string_view text) {
  std::string quoted = "\"";
  for (unsigned char byte : text) {
    if (byte < 0x20) {
      quoted += formatText("\\u%04x", byte);
      continue;
    }
    if (byte == '"' || byte == '\\')
      quoted += '\\';
    quoted += static_cast<char>(byte);
  }
  return quoted + '"';
}

} // namespace emblem::command

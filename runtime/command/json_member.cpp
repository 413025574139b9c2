//===- json_member.cpp - One value of a JSON object -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/json_member.h"

namespace emblem::command {

static void skipSpace(std::string_view &text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\n' ||
                           text[0] == '\t' || text[0] == '\r'))
    text.remove_prefix(1);
}

static bool consume(std::string_view &text, char expected) {
  skipSpace(text);
  if (text.empty() || text[0] != expected)
    return false;
  text.remove_prefix(1);
  return true;
}

/// Bytes of the string that `text` begins with, quotes included.
static size_t stringLength(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i + 1;
  }
  return text.size();
}

/// Takes one value from the front; empty where there is none.
static std::string_view takeValue(std::string_view &text) {
  skipSpace(text);
  size_t at = 0;
  for (int depth = 0; at < text.size();) {
    const char byte = text[at];
    if (byte == '"') {
      at += stringLength(text.substr(at));
      continue;
    }
    if (byte == '{' || byte == '[')
      ++depth;
    else if (depth == 0 && (byte == ',' || byte == '}' || byte == ']' ||
                            byte == ':' || byte == ' '))
      break;
    else if (byte == '}' || byte == ']')
      --depth;
    ++at;
  }
  const std::string_view value = text.substr(0, at);
  text.remove_prefix(at);
  return value;
}

std::string_view jsonMember(std::string_view object, std::string_view key) {
  if (!consume(object, '{'))
    return {};
  do {
    const std::string_view name = takeValue(object);
    if (name.empty() || name[0] != '"' || !consume(object, ':'))
      return {};
    const std::string_view value = takeValue(object);
    if (jsonUnquoted(name) == key)
      return value;
  } while (consume(object, ','));
  return {};
}

std::string_view jsonUnquoted(std::string_view value) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"')
    return value;
  return value.substr(1, value.size() - 2);
}

} // namespace emblem::command

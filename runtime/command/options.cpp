//===- options.cpp - The command line, read through tables ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/options.h"

#include "runtime/command/diagnostics.h"
#include "runtime/command/nearest_name.h"

#include <charconv>

namespace emblem::command {

bool parseInteger(std::string_view text, int64_t least, int64_t most,
                  int64_t &value) {
  int64_t number = 0;
  const char *end = text.data() + text.size();
  auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || number < least || number > most)
    return false;
  value = number;
  return true;
}

bool parseShapes(std::string_view text, std::vector<BenchShape> &shapes) {
  // Bounds that keep sequences * tokens far from overflow.
  constexpr int64_t most = 1 << 24;
  while (true) {
    std::string_view one = text.substr(0, text.find(','));
    size_t by = one.find('x');
    BenchShape shape;
    if (by == one.npos ||
        !parseInteger(one.substr(0, by), 1, most, shape.sequences) ||
        !parseInteger(one.substr(by + 1), 1, most, shape.tokens))
      return false;
    shapes.push_back(shape);
    if (one.size() == text.size())
      return true;
    text.remove_prefix(one.size() + 1);
  }
}

static const Option *findOption(std::span<const Option *const> known,
                                std::string_view name) {
  for (const Option *option : known)
    if (name == option->name || name == option->letter)
      return option;
  return nullptr;
}

static std::string unknownOption(std::span<const Option *const> known,
                                 std::string_view name) {
  std::vector<std::string_view> names = {"--help"};
  for (const Option *option : known)
    names.push_back(option->name);
  std::string sentence = "unknown option '" + std::string(name) + "'";
  if (std::string_view near = nearestName(name, names); !near.empty())
    return sentence + "; did you mean '" + std::string(near) + "'?";
  return sentence + "; put '--' before texts that begin with '-'";
}

std::string parseOptions(std::span<const Option *const> known,
                         std::span<const char *const> arguments,
                         Options &options) {
  bool operandsOnly = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    std::string_view argument = arguments[i];
    // "-" alone is a text like any other.
    if (operandsOnly || argument.size() < 2 || argument[0] != '-') {
      options.operands.push_back(argument);
      continue;
    }
    if (argument == "--") {
      operandsOnly = true;
      continue;
    }

    size_t equals = argument.find('=');
    std::string_view name = argument.substr(0, equals);
    if (argument == "--help" || argument == "-h") {
      options.help = true;
      continue;
    }
    const Option *option = findOption(known, name);
    if (!option)
      return unknownOption(known, name);

    std::string named(name);
    const char *value = nullptr;
    if (equals != argument.npos)
      value = arguments[i] + equals + 1;
    if (!option->value && value)
      return "'" + named + "' takes no value";
    if (option->value && !value && !option->mayLackValue) {
      if (i + 1 == arguments.size())
        return "'" + named + "' needs a value: " + named + " " + option->value;
      value = arguments[++i];
    }
    if (const char *expected = option->store(options, value))
      return formatText("'%s' is no value for '%s'; expected %s",
                        value ? value : "", named.c_str(), expected);
  }
  return {};
}

} // namespace emblem::command

//===- json_text.h - Strings as JSON writes them ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_JSON_TEXT_H
#define EMBLEM_RUNTIME_COMMAND_JSON_TEXT_H

#include <string>
#include <string_view>

namespace emblem::command {

/// `text`, which is UTF-8, in quotes, with escapes where JSON needs them.
std::string jsonString(std::string_view text);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_JSON_TEXT_H

//===- json_member.h - One value of a JSON object ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_JSON_MEMBER_H
#define EMBLEM_RUNTIME_COMMAND_JSON_MEMBER_H

#include <string_view>

namespace emblem::command {

/// The value of `key` in `object`, as it is written there: a string keeps its
/// quotes and its escapes. Empty where there is no such member, or where
/// `object` is no JSON object; what lies deeper is not looked at.
std::string_view jsonMember(std::string_view object, std::string_view key);

/// A string value without its quotes; anything else as it is.
std::string_view jsonUnquoted(std::string_view value);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_JSON_MEMBER_H

//===- nearest_name.h - "Did you mean ...?" ---------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_NEAREST_NAME_H
#define EMBLEM_RUNTIME_COMMAND_NEAREST_NAME_H

#include <span>
#include <string_view>

namespace emblem::command {

/// The name that the fewest edits make out of `typed`, or an empty view where
/// all are too far from it to have been meant.
std::string_view nearestName(std::string_view typed,
                             std::span<const std::string_view> names);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_NEAREST_NAME_H

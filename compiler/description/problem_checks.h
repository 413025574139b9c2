//===- problem_checks.h - Checks that many parts share ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each gives a part of a sentence, or the empty string.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DESCRIPTION_PROBLEM_CHECKS_H
#define EMBLEM_COMPILER_DESCRIPTION_PROBLEM_CHECKS_H

#include "compiler/description/description.h"

#include <cmath>
#include <fmt/format.h>

namespace emblem::frontend {

// Ids, rows and offsets are int32.
inline constexpr int64_t maxSize = INT32_MAX;

inline std::string checkSize(std::string_view key, int64_t value,
                             int64_t least = 1, int64_t most = maxSize) {
  if (value >= least && value <= most)
    return "";
  return fmt::format("'{0}' is {1}, and must be from {2} to {3}", key, value,
                     least, most);
}

// The first problem there is.
inline std::string first(std::initializer_list<std::string> problems) {
  for (const std::string &problem : problems)
    if (!problem.empty())
      return problem;
  return "";
}

inline std::string within(std::string_view part, std::string problem) {
  return problem.empty() ? "" : fmt::format("in '{0}': {1}", part, problem);
}

inline std::string checkPositive(std::string_view key,
                                 std::optional<double> value) {
  if (!value || (std::isfinite(*value) && *value > 0))
    return "";
  return fmt::format("'{0}' is {1}, and must be positive", key, *value);
}

/// A part that may be missing.
template <typename T>
std::string optionally(std::string_view part, const std::optional<T> &value) {
  return value ? within(part, findProblem(*value)) : "";
}

/// The part before the layers, of images.
std::string checkImages(const Description &description);
/// What is returned.
std::string checkOutputs(const Description &description);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_DESCRIPTION_PROBLEM_CHECKS_H

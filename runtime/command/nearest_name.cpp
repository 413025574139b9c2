//===- nearest_name.cpp - "Did you mean ...?" -----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/nearest_name.h"

#include <algorithm>
#include <vector>

namespace emblem::command {

/// Levenshtein: insertions, deletions and replacements, one row of the table
/// at a time.
static size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string_view nearestName(std::string_view typed,
                             std::span<const std::string_view> names) {
  // Nobody mistypes a name of this length; do not spend time on a pasted file.
  if (typed.size() > 64)
    return {};
  std::string_view nearest;
  size_t fewest = std::max<size_t>(2, typed.size() / 3) + 1;
  for (std::string_view name : names) {
    size_t edits = editDistance(typed, name);
    if (edits < fewest && edits < name.size()) {
      fewest = edits;
      nearest = name;
    }
  }
  return nearest;
}

} // namespace emblem::command

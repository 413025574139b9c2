//===- code_point_set.cpp - Sets of characters ----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/code_point_set.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace llvm;
using namespace emblem::frontend;
using emblem::runtime::codePoints;

CodePointSet CodePointSet::collect(function_ref<bool(uint32_t)> isMember) {
  CodePointSet result;
  for (uint32_t c = 0; c < codePoints; ++c) {
    if (!isMember(c))
      continue;
    if (!result.ranges.empty() && result.ranges.back().last + 1 == c)
      result.ranges.back().last = c;
    else
      result.ranges.push_back({c, c});
  }
  return result;
}

void CodePointSet::insert(uint32_t first, uint32_t last) {
  ranges.push_back({first, last});
  llvm::sort(ranges, [](Range a, Range b) { return a.first < b.first; });
  std::vector<Range> merged;
  for (Range range : ranges) {
    if (!merged.empty() && range.first <= merged.back().last + 1)
      merged.back().last = std::max(merged.back().last, range.last);
    else
      merged.push_back(range);
  }
  ranges = std::move(merged);
}

void CodePointSet::insert(const CodePointSet &other) {
  for (Range range : std::vector(other.ranges))
    insert(range.first, range.last);
}

CodePointSet CodePointSet::complement() const {
  CodePointSet result;
  uint32_t next = 0;
  for (Range range : ranges) {
    if (next < range.first)
      result.ranges.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next < codePoints)
    result.ranges.push_back({next, codePoints - 1});
  return result;
}

bool CodePointSet::contains(uint32_t c) const {
  auto found = llvm::lower_bound(
      ranges, c, [](Range range, uint32_t c) { return range.last < c; });
  return found != ranges.end() && found->first <= c;
}

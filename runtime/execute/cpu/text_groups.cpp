//===- text_groups.cpp - A batch split into whole texts -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cpu/text_groups.h"

#include <algorithm>
#include <functional>

using namespace emblem::runtime;

/// A group of fewer tokens waits for the weights from memory, which threads
/// that work together read once for all.
static constexpr int64_t leastTokensPerThread = 48;

/// Taking stages together costs about this much more than groups do; groups may
/// end that unevenly.
static constexpr double mostUneven = 1.1;

/// Tokens of the busiest thread, where each takes the next group as it gets
/// free.
static int64_t busiestThread(const int32_t *offsets, const int32_t *groupStarts,
                             int64_t groups, int threads) {
  constexpr int mostThreads = 1024;
  if (threads > mostThreads)
    return offsets[groupStarts[groups]]; // as if one did all
  int64_t load[mostThreads] = {};        // a heap, the least loaded on top
  int64_t busiest = 0;
  for (int64_t g = 0; g < groups; ++g) {
    std::pop_heap(load, load + threads, std::greater<>());
    load[threads - 1] += offsets[groupStarts[g + 1]] - offsets[groupStarts[g]];
    busiest = std::max(busiest, load[threads - 1]);
    std::push_heap(load, load + threads, std::greater<>());
  }
  return busiest;
}

int64_t emblem::runtime::splitIntoGroups(const int32_t *offsets,
                                         int64_t sequences,
                                         const GroupLimits &limits,
                                         int32_t *groupStarts) {
  const int64_t tokens = offsets[sequences];
  const int64_t threads = limits.threads;
  if (sequences < 2 || tokens < leastTokensPerThread * threads)
    return 0;
  // As many groups for one thread as for another.
  const int64_t usual = std::min(limits.usual, limits.most);
  const int64_t rounds =
      std::max<int64_t>(1, (tokens + usual * threads / 2) / (usual * threads));
  const int64_t wanted = rounds * threads;

  int64_t groups = 0;
  groupStarts[0] = 0;
  for (int64_t text = 0; text < sequences; ++text) {
    const int64_t start = offsets[groupStarts[groups]];
    const int64_t end = offsets[text + 1];
    if (end - offsets[text] > limits.most)
      return 0;
    // The batch in `wanted` equal pieces: the group ends with the piece that it
    // began with, and a text belongs where its middle lies.
    const int64_t pieceEnd = (start * wanted + tokens / 2) / tokens + 1;
    const int64_t middle = (offsets[text] + end) / 2;
    const bool due = middle * wanted >= tokens * pieceEnd;
    if (text > groupStarts[groups] && (due || end - start > limits.most))
      groupStarts[++groups] = int32_t(text);
  }
  groupStarts[++groups] = int32_t(sequences);

  const double fair = double(tokens) / double(threads);
  return double(busiestThread(offsets, groupStarts, groups, limits.threads)) <=
                 mostUneven * fair
             ? groups
             : 0;
}

//===- text_groups.h - A batch split into whole texts -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A text needs no other. So a batch of many texts falls into groups of whole
// texts, and one thread takes a group through all stages: it waits for nobody,
// and the group's activations stay in its cache.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CPU_TEXT_GROUPS_H
#define EMBLEM_RUNTIME_EXECUTE_CPU_TEXT_GROUPS_H

#include <cstdint>

namespace emblem::runtime {

/// What bounds the groups. Sizes count tokens.
struct GroupLimits {
  int threads;
  int64_t usual; // about what a group has; 1 or more
  int64_t most;  // what a thread's part of the arena holds; 1 or more
};

/// Splits the texts that begin at offsets[0 .. sequences) into groups: group g
/// has texts groupStarts[g] up to groupStarts[g + 1]. Returns how many, or 0
/// where all threads had better take each stage together: too few tokens, or
/// texts so uneven that threads would wait at the end. `groupStarts` has room
/// for sequences + 1.
int64_t splitIntoGroups(const int32_t *offsets, int64_t sequences,
                        const GroupLimits &limits, int32_t *groupStarts);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_EXECUTE_CPU_TEXT_GROUPS_H

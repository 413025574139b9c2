//===- access_cost.h - Bank conflicts and sectors ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_ACCESS_COST_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_ACCESS_COST_H

#include <cstdint>

namespace emblem::ptx {

/// What the memory does for an access of a warp, and at least has to.
struct AccessCost {
  uint32_t actual = 0, least = 0;
};

/// Of shared memory: wavefronts. Lanes go in groups that together move 128
/// bytes; words of one bank come one after the other.
AccessCost countWavefronts(const uint32_t *addresses, uint32_t lanes,
                           uint32_t bytes);

/// Of global memory: sectors of 32 bytes, each once.
AccessCost countSectors(const uint64_t *addresses, uint32_t lanes,
                        uint32_t bytes);

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_ACCESS_COST_H

//===- block.h - The warps of a block, and its barriers ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_BLOCK_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_BLOCK_H

#include "test/gpu/ptx_machine/warp.h"

#include <array>
#include <vector>

namespace emblem::ptx {

/// Runs one block after another. Its warps go one at a time from barrier to
/// barrier, in an order that the block's number decides.
class Block {
public:
  void run(BlockState &state, uint32_t order);

private:
  static constexpr int kBarriers = 16;
  struct Barrier {
    uint32_t waiting = 0; // warps
    uint32_t arrived = 0; // warps, with those that do not wait
    Clock clock;          // of all that have arrived
  };
  void arrive(Warp &warp, bool waits);
  void release(Barrier &barrier);
  void reportStuck();

  std::vector<Warp> warps;
  std::vector<uint32_t> waitingAt; // of each warp: a barrier, or kBarriers
  std::array<Barrier, kBarriers> barriers;
  BlockState *block = nullptr;
  SharedMemory shared;
};

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_BLOCK_H

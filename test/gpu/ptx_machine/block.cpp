//===- block.cpp - The warps of a block, and its barriers -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/block.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace emblem::ptx {

void Block::run(BlockState &state, uint32_t order) {
  block = &state;
  state.shared = &shared;
  uint32_t threads = state.threads[0] * state.threads[1] * state.threads[2];
  state.warpCount = (threads + 31) / 32;
  uint32_t time = shared.begin(
      state.program->staticSharedEnd + state.dynamicShared, state.warpCount);
  warps.resize(state.warpCount);
  waitingAt.assign(state.warpCount, kBarriers);
  for (Barrier &barrier : barriers)
    barrier = {0, 0, Clock(state.warpCount, 0)};
  for (uint32_t i = 0; i < state.warpCount; ++i)
    warps[i].begin(state, i, time);

  std::vector<uint32_t> runnable;
  for (;;) {
    runnable.clear();
    for (uint32_t i = 0; i < state.warpCount; ++i)
      if (!warps[i].ended() && waitingAt[i] == kBarriers)
        runnable.push_back(i);
    if (runnable.empty())
      break;
    for (size_t i = runnable.size(); i > 1; --i) {
      order = order * 1664525u + 1013904223u;
      std::swap(runnable[i - 1], runnable[(order >> 8) % i]);
    }
    for (uint32_t i : runnable) {
      Warp::Stop stop = warps[i].run();
      if (stop != Warp::Stop::Ended)
        arrive(warps[i], stop == Warp::Stop::Barrier);
    }
  }
  reportStuck();
  for (uint32_t i = 0; i < state.warpCount; ++i)
    shared.noteTime(
        *std::max_element(warps[i].clock.begin(), warps[i].clock.end()));
}

void Block::arrive(Warp &warp, bool waits) {
  const Instruction &instruction = warp.at();
  int lane = std::countr_zero(warp.allLanes());
  auto index = static_cast<uint32_t>(warp.value(instruction.sources[0], lane));
  if (index >= kBarriers) {
    warp.report(FaultKind::Deadlock);
    index = 0;
  }
  Barrier &barrier = barriers[index];
  uint32_t expected = block->warpCount;
  if (instruction.sourceCount > 1)
    expected =
        static_cast<uint32_t>(warp.value(instruction.sources[1], lane)) / 32;
  join(barrier.clock, warp.clock);
  ++warp.clock[warp.index()];
  ++barrier.arrived;
  if (waits) {
    barrier.waiting |= 1u << warp.index();
    waitingAt[warp.index()] = index;
  }
  if (barrier.arrived >= expected)
    release(barrier);
}

void Block::release(Barrier &barrier) {
  for (uint32_t waiting = barrier.waiting; waiting; waiting &= waiting - 1) {
    int i = std::countr_zero(waiting);
    join(warps[i].clock, barrier.clock);
    waitingAt[i] = kBarriers;
  }
  barrier = {0, 0, Clock(block->warpCount, 0)};
}

// Warps may wait that nobody will release.
void Block::reportStuck() {
  bool waits = false, someEnded = false;
  for (const Warp &warp : warps)
    (warp.ended() ? someEnded : waits) = true;
  if (!waits)
    return;
  for (Warp &warp : warps)
    if (!warp.ended())
      warp.report(someEnded ? FaultKind::EndedBeforeBarrier
                            : FaultKind::Deadlock);
}

} // namespace emblem::ptx

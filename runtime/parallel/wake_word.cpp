//===- wake_word.cpp - A counter that threads wait on ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/parallel/wake_word.h"

#include "runtime/cpu/pause_core.h"
#include "runtime/platform/wait.h"

using namespace emblem::runtime;
using namespace emblem::platform;

void WakeWord::add(uint32_t amount) {
  // Sequentially consistent on both sides: either this thread sees the sleeper,
  // or the sleeper sees the new value before it sleeps.
  value.fetch_add(amount, std::memory_order_seq_cst);
  if (sleepers.load(std::memory_order_seq_cst) != 0)
    wakeAll(value);
}

void WakeWord::sleepUntil(uint32_t least) {
  sleepers.fetch_add(1, std::memory_order_seq_cst);
  for (uint32_t now;
       !isPast(now = value.load(std::memory_order_seq_cst), least);)
    sleepWhile(value, now);
  sleepers.fetch_sub(1, std::memory_order_relaxed);
}

uint32_t WakeWord::waitFor(uint32_t least, Patience patience) {
  // The clock is read once in many looks, for it costs as much as they do.
  constexpr int looksPerClock = 32;
  int64_t start = 0;
  while (true) {
    for (int look = 0; look < looksPerClock; ++look) {
      if (const uint32_t now = load(); isPast(now, least))
        return now;
      pauseCore();
    }
    const int64_t now = monotonicNanoseconds();
    if (start == 0)
      start = now;
    if (now - start < patience.spin)
      continue;
    if (now - start >= patience.spin + patience.yield)
      sleepUntil(least);
    else
      yieldCpu();
  }
}

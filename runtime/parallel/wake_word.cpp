//===- wake_word.cpp - A counter that threads wait on ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/parallel/wake_word.h"

#include <climits>
#include <ctime>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace emblem::runtime;

int64_t emblem::runtime::monotonicNanoseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

void WakeWord::add(uint32_t amount) {
  // Sequentially consistent on both sides: either this thread sees the sleeper,
  // or the sleeper sees the new value before it sleeps.
  value.fetch_add(amount, std::memory_order_seq_cst);
  if (sleepers.load(std::memory_order_seq_cst) != 0)
    syscall(SYS_futex, &value, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr,
            0);
}

void WakeWord::sleepUntil(uint32_t least) {
  sleepers.fetch_add(1, std::memory_order_seq_cst);
  for (uint32_t now;
       !isPast(now = value.load(std::memory_order_seq_cst), least);)
    syscall(SYS_futex, &value, FUTEX_WAIT_PRIVATE, now, nullptr, nullptr, 0);
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
      sched_yield();
  }
}

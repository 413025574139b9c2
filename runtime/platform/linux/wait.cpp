//===- wait.cpp - Threads that wait for each other ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/wait.h"

#include <climits>
#include <ctime>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace emblem;

static void futex(const std::atomic<uint32_t> &word, int operation,
                  uint32_t value) {
  static_assert(sizeof(word) == sizeof(uint32_t));
  syscall(SYS_futex, &word, operation, value, nullptr, nullptr, 0);
}

void platform::sleepWhile(const std::atomic<uint32_t> &word, uint32_t value) {
  futex(word, FUTEX_WAIT_PRIVATE, value);
}

void platform::wakeAll(const std::atomic<uint32_t> &word) {
  futex(word, FUTEX_WAKE_PRIVATE, INT_MAX);
}

void platform::wakeOne(const std::atomic<uint32_t> &word) {
  futex(word, FUTEX_WAKE_PRIVATE, 1);
}

void platform::yieldCpu() { sched_yield(); }

int64_t platform::monotonicNanoseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

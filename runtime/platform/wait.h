//===- wait.h - Threads that wait for each other ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_WAIT_H
#define EMBLEM_RUNTIME_PLATFORM_WAIT_H

#include <atomic>
#include <cstdint>

namespace emblem::platform {

/// Sleeps until a wake() of `word`, if it is `value` still; may return before.
void sleepWhile(const std::atomic<uint32_t> &word, uint32_t value);

/// Wakes those who sleep on `word`: all, or one of them.
void wakeAll(const std::atomic<uint32_t> &word);
void wakeOne(const std::atomic<uint32_t> &word);

/// Lets another thread run, where one wants to.
void yieldCpu();

/// Of a clock that only goes forward.
int64_t monotonicNanoseconds();

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_WAIT_H

//===- wake_word.h - A counter that threads wait on -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PARALLEL_WAKE_WORD_H
#define EMBLEM_RUNTIME_PARALLEL_WAKE_WORD_H

#include <atomic>
#include <cstdint>

namespace emblem::runtime {

/// One cache line, so that neighbours do not slow each other down.
inline constexpr int cacheLine = 64;

/// How long a waiting thread stays awake before it sleeps in the kernel.
struct Patience {
  int64_t spin;  // nanoseconds of looking again and again
  int64_t yield; // then nanoseconds of letting other threads run in between
};

/// A counter that only rises, and that threads can wait on: awake at first,
/// which answers in well under a microsecond, then asleep. It may wrap.
class alignas(cacheLine) WakeWord {
public:
  /// What was written before add() is seen after load() returns its value.
  uint32_t load() const { return value.load(std::memory_order_acquire); }

  /// Starts again from 0. No thread may be waiting.
  void reset() { value.store(0, std::memory_order_relaxed); }

  /// Adds `amount`, and wakes all who wait.
  void add(uint32_t amount);

  /// Whether the counter has come to `least`.
  bool hasReached(uint32_t least) const { return isPast(load(), least); }

  /// Returns as soon as hasReached(least), with the value then.
  uint32_t waitFor(uint32_t least, Patience patience);

private:
  static bool isPast(uint32_t now, uint32_t least) {
    return int32_t(now - least) >= 0;
  }
  void sleepUntil(uint32_t least);

  std::atomic<uint32_t> value{0};
  std::atomic<uint32_t> sleepers{0};
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_PARALLEL_WAKE_WORD_H

//===- mutex.h - A lock -----------------------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PARALLEL_MUTEX_H
#define EMBLEM_RUNTIME_PARALLEL_MUTEX_H

#include "runtime/platform/wait.h"

namespace emblem::runtime {

/// std::mutex without the exceptions that it throws (see heap_array.h): free
/// and taken without the system's help.
class Mutex {
public:
  Mutex() = default;
  Mutex(const Mutex &) = delete;
  Mutex &operator=(const Mutex &) = delete;

  void lock() {
    uint32_t seen = Free;
    if (state.compare_exchange_strong(seen, Held, std::memory_order_acquire))
      return;
    // Whoever slept cannot tell whether others do, so it says that they may.
    while (state.exchange(Awaited, std::memory_order_acquire) != Free)
      platform::sleepWhile(state, Awaited);
  }
  void unlock() {
    if (state.exchange(Free, std::memory_order_release) == Awaited)
      platform::wakeOne(state);
  }

private:
  enum : uint32_t { Free, Held, Awaited };
  std::atomic<uint32_t> state{Free};
};

/// Holds a mutex for as long as it lives.
class Locked {
public:
  explicit Locked(Mutex &mutex) : mutex(mutex) { mutex.lock(); }
  ~Locked() { mutex.unlock(); }
  Locked(const Locked &) = delete;
  Locked &operator=(const Locked &) = delete;

private:
  Mutex &mutex;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_PARALLEL_MUTEX_H

//===- thread_pool.h - Threads that share one piece of work -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PARALLEL_THREAD_POOL_H
#define EMBLEM_RUNTIME_PARALLEL_THREAD_POOL_H

#include "runtime/parallel/heap_array.h"
#include "runtime/parallel/wake_word.h"
#include "runtime/platform/thread.h"

#include <atomic>
#include <cstdint>

namespace emblem::runtime {

/// The calling thread and `size() - 1` others. The others wait awake for a
/// short while after each run, then sleep; a pool of one has no other thread at
/// all.
///
/// The body of a run takes its work from shared counters, so that it does all
/// of it whoever comes: a thread that wakes late joins where the work stands,
/// and one that wakes after its end does not join. Nobody waits for a thread
/// that sleeps.
class ThreadPool {
public:
  /// `thread` is in [0, size()); the caller's is 0.
  using Body = void (*)(void *context, int thread);

  ThreadPool() = default;
  ~ThreadPool() { stop(); }
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  /// Starts `threads` - 1 threads; with `pin`, each keeps to one CPU of the
  /// caller's affinity mask (the caller itself is left as it is). False where
  /// the system gives fewer; the pool is then of those.
  bool start(int threads, bool pin);

  int size() const { return workerCount + 1; }

  /// Runs `body` on the calling thread and on the others that are free, and
  /// returns when all have left it. One run at a time.
  void run(Body body, void *context);

private:
  struct Worker {
    ThreadPool *pool;
    int index;
    platform::Thread thread;
  };

  static void workerMain(void *worker);
  void work(int index);
  void stop();

  WakeWord runs; // counts the runs, and wakes for them
  /// The top bit: a run is open. Below it: how many others are inside.
  alignas(cacheLine) std::atomic<uint32_t> gate{0};
  Body body = nullptr;
  void *context = nullptr;
  std::atomic<bool> stopping{false};
  HeapArray<Worker> workers;
  int workerCount = 0;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_PARALLEL_THREAD_POOL_H

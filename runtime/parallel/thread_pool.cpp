//===- thread_pool.cpp - Threads that share one piece of work -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/parallel/thread_pool.h"

#include "runtime/cpu/pause_core.h"
#include "runtime/platform/usable_cpus.h"
#include "runtime/platform/wait.h"

using namespace emblem::runtime;
using namespace emblem::platform;

namespace {

constexpr uint32_t gateOpen = uint32_t(1) << 31;

/// Long enough for the next batch of one call, too short to burn a CPU between
/// calls.
constexpr Patience betweenRuns = {50'000, 0};

constexpr size_t stackBytes = size_t(1) << 20;

} // namespace

bool ThreadPool::start(int threads, bool pin) {
  if (threads <= 1)
    return true;
  if (!workers.allocate(size_t(threads - 1)))
    return false;

  const AffinityMask cpus = AffinityMask::ofThisThread();
  bool started = true;
  while (started && workerCount < threads - 1) {
    Worker &worker = workers[size_t(workerCount)];
    worker.pool = this;
    worker.index = workerCount + 1;
    started = worker.thread.start(workerMain, &worker, stackBytes);
    if (started && pin)
      worker.thread.keepTo(cpus.cpu(worker.index));
    workerCount += started;
  }
  return started;
}

void ThreadPool::stop() {
  if (workerCount == 0)
    return;
  stopping.store(true, std::memory_order_relaxed);
  runs.add(1);
  for (int i = 0; i < workerCount; ++i)
    workers[size_t(i)].thread.join();
  workerCount = 0;
}

void ThreadPool::workerMain(void *argument) {
  Worker *worker = static_cast<Worker *>(argument);
  worker->pool->work(worker->index);
}

void ThreadPool::work(int index) {
  for (uint32_t seen = 0;;) {
    seen = runs.waitFor(seen + 1, betweenRuns);
    if (stopping.load(std::memory_order_relaxed))
      return;
    if (gate.fetch_add(1, std::memory_order_acquire) & gateOpen)
      body(context, index);
    gate.fetch_sub(1, std::memory_order_release);
  }
}

void ThreadPool::run(Body newBody, void *newContext) {
  if (workerCount == 0) {
    newBody(newContext, 0);
    return;
  }
  body = newBody;
  context = newContext;
  gate.fetch_or(gateOpen, std::memory_order_release);
  runs.add(1);
  newBody(newContext, 0);
  gate.fetch_and(~gateOpen, std::memory_order_acquire);
  // The work is done; who is inside is on the way out.
  for (int look = 0; gate.load(std::memory_order_acquire) != 0; ++look) {
    if (look < 1000)
      pauseCore();
    else
      yieldCpu();
  }
}

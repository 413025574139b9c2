//===- thread_pool.cpp - Threads that share one piece of work -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/parallel/thread_pool.h"

#include "runtime/parallel/usable_cpus.h"

#include <csignal>
#include <sched.h>

using namespace emblem::runtime;

namespace {

constexpr uint32_t gateOpen = uint32_t(1) << 31;

/// Long enough for the next batch of one call, too short to burn a CPU between
/// calls.
constexpr Patience betweenRuns = {50'000, 0};

constexpr size_t stackBytes = size_t(1) << 20;

void pinThread(pthread_t thread, int cpu) {
  AffinityMask one;
  constexpr int bitsPerWord = sizeof(one.bits[0]) * 8;
  one.bits[cpu / bitsPerWord] = 1ul << (cpu % bitsPerWord);
  // Only speed depends on it: a refusal is no error.
  (void)pthread_setaffinity_np(thread, sizeof(one.bits),
                               reinterpret_cast<cpu_set_t *>(one.bits));
}

} // namespace

bool ThreadPool::start(int threads, bool pin) {
  if (threads <= 1)
    return true;
  if (!workers.allocate(size_t(threads - 1)))
    return false;

  const AffinityMask cpus = AffinityMask::ofThisThread();
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stackBytes);
  // Signals to the process are for the program's own threads.
  sigset_t others, before;
  sigfillset(&others);
  for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGPROF})
    sigdelset(&others, fault);
  pthread_sigmask(SIG_SETMASK, &others, &before);
  bool started = true;
  while (started && workerCount < threads - 1) {
    Worker &worker = workers[size_t(workerCount)];
    worker.pool = this;
    worker.index = workerCount + 1;
    started =
        pthread_create(&worker.handle, &attributes, workerMain, &worker) == 0;
    if (started && pin)
      pinThread(worker.handle, cpus.cpu(worker.index));
    workerCount += started;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  if (!started)
    stop();
  return started;
}

void ThreadPool::stop() {
  if (workerCount == 0)
    return;
  stopping.store(true, std::memory_order_relaxed);
  runs.add(1);
  for (int i = 0; i < workerCount; ++i)
    pthread_join(workers[size_t(i)].handle, nullptr);
  workerCount = 0;
}

void *ThreadPool::workerMain(void *argument) {
  Worker *worker = static_cast<Worker *>(argument);
  worker->pool->work(worker->index);
  return nullptr;
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
      sched_yield();
  }
}

//===- pool.cpp - Threads that several models share -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/check_table.h"
#include "runtime/parallel/heap_array.h"
#include "runtime/parallel/thread_pool.h"
#include "runtime/platform/usable_cpus.h"
#include "runtime/table/error.h"

#include <cstdlib>

using namespace emblem::runtime;

/// Calls take turns, in the order in which they come: no model's long call
/// keeps the others' short ones waiting until its end.
struct EmblemPool {
  /// The indices that a thread takes first, so that it meets the same work in
  /// each call; then it helps with the shares of others.
  struct alignas(cacheLine) Share {
    std::atomic<int64_t> next;
    int64_t end;
  };

  void run(int64_t count, EmblemTask newTask, void *newContext);
  void work(int thread);

  ThreadPool threads;
  HeapArray<Share> shares; // [threads.size()]
  std::atomic<uint32_t> turns{0};
  WakeWord turnsDone;
  // Of the call whose turn it is.
  EmblemTask task = nullptr;
  void *taskContext = nullptr;
};

// The pool's start and end of a run order what threads write; claims order
// nothing.
void EmblemPool::work(int thread) {
  const int size = threads.size();
  for (int i = 0; i < size; ++i) {
    Share &share = shares[size_t((thread + i) % size)];
    for (int64_t index; (index = share.next.fetch_add(
                             1, std::memory_order_relaxed)) < share.end;)
      task(taskContext, index);
  }
}

void EmblemPool::run(int64_t count, EmblemTask newTask, void *newContext) {
  turnsDone.waitFor(turns.fetch_add(1, std::memory_order_relaxed),
                    /*patience=*/{0, 0});
  task = newTask;
  taskContext = newContext;
  const int64_t size = threads.size();
  const int64_t each = count / size, more = count % size;
  int64_t begin = 0;
  for (int64_t i = 0; i < size; ++i) {
    Share &share = shares[size_t(i)];
    share.next.store(begin, std::memory_order_relaxed);
    share.end = begin += each + (i < more);
  }
  threads.run([](void *pool,
                 int thread) { static_cast<EmblemPool *>(pool)->work(thread); },
              this);
  turnsDone.add(1);
}

EmblemStatus emblem_pool_open(int32_t threads, int32_t pin_threads,
                              EmblemPool **pool) {
  if (!pool)
    return fail(EMBLEM_INVALID_ARGUMENT, "pool is null");
  *pool = nullptr;
  if (EmblemStatus status = checkThreads(threads); status != EMBLEM_OK)
    return status;
  EmblemPool *memory = allocateFor<EmblemPool>(1);
  if (!memory)
    return fail(EMBLEM_OUT_OF_MEMORY, "there is no memory for a pool");
  EmblemPool *opened = new (memory) EmblemPool;
  const int wanted = threads > 0 ? threads : emblem::platform::usableCpus();
  const bool hasAll = opened->threads.start(wanted, pin_threads != 0);
  if ((!hasAll && threads > 0) ||
      !opened->shares.allocate(size_t(opened->threads.size()))) {
    emblem_pool_free(opened);
    return fail(EMBLEM_OUT_OF_MEMORY,
                "the system does not give %d threads; ask for fewer", wanted);
  }
  *pool = opened;
  return EMBLEM_OK;
}

int32_t emblem_pool_threads(const EmblemPool *pool) {
  return pool ? pool->threads.size() : 0;
}

void emblem_pool_parallel_for(void *pool, int64_t count, EmblemTask task,
                              void *task_context) {
  EmblemPool *threads = static_cast<EmblemPool *>(pool);
  if (threads && threads->threads.size() > 1 && count > 1)
    return threads->run(count, task, task_context);
  for (int64_t index = 0; index < count; ++index)
    task(task_context, index);
}

void emblem_pool_free(EmblemPool *pool) {
  if (!pool)
    return;
  pool->~EmblemPool();
  std::free(pool);
}

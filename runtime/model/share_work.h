//===- share_work.h - One piece of work on all threads ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_MODEL_SHARE_WORK_H
#define EMBLEM_RUNTIME_MODEL_SHARE_WORK_H

#include "emblem/emblem.h"
#include "runtime/parallel/thread_pool.h"

namespace emblem::runtime {

/// Calls `body` for each thread of the model, by its pool or by the caller's
/// parallel_for, and returns when all have returned. A pool may leave threads
/// out: `body` takes its work from a counter, until there is none.
inline void shareWork(ThreadPool &pool, const EmblemOptions &options,
                      int threads, ThreadPool::Body body, void *context) {
  if (threads == 1)
    return body(context, 0);
  if (!options.parallel_for)
    return pool.run(body, context);
  struct Share {
    ThreadPool::Body body;
    void *context;
  } share = {body, context};
  options.parallel_for(
      options.parallel_context, threads,
      [](void *shared, int64_t thread) {
        const Share &share = *static_cast<Share *>(shared);
        share.body(share.context, int(thread));
      },
      &share);
}

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_MODEL_SHARE_WORK_H

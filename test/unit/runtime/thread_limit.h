//===- thread_limit.h - A system that gives few threads ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_RUNTIME_THREAD_LIMIT_H
#define EMBLEM_TEST_UNIT_RUNTIME_THREAD_LIMIT_H

/// While it lives, the runtime can start `threads` threads and no more.
class ThreadLimit {
public:
  explicit ThreadLimit(int threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit &) = delete;
  ThreadLimit &operator=(const ThreadLimit &) = delete;
};

#endif // EMBLEM_TEST_UNIT_RUNTIME_THREAD_LIMIT_H

//===- thread_limit.cpp - A system that gives few threads -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/thread_limit.h"

#include <atomic>
#include <cerrno>
#include <climits>
#include <pthread.h>

static std::atomic<int> threadsLeft{INT_MAX};

ThreadLimit::ThreadLimit(int threads) { threadsLeft = threads; }
ThreadLimit::~ThreadLimit() { threadsLeft = INT_MAX; }

// The linker puts this before the system's function (--wrap).
extern "C" int __real_pthread_create(pthread_t *, const pthread_attr_t *,
                                     void *(*)(void *), void *);
extern "C" int __wrap_pthread_create(pthread_t *thread,
                                     const pthread_attr_t *attributes,
                                     void *(*body)(void *), void *argument) {
  return threadsLeft-- > 0
             ? __real_pthread_create(thread, attributes, body, argument)
             : EAGAIN;
}

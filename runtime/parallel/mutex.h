//===- mutex.h - A lock -----------------------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PARALLEL_MUTEX_H
#define EMBLEM_RUNTIME_PARALLEL_MUTEX_H

#include <pthread.h>

namespace emblem::runtime {

/// std::mutex without the exceptions that it throws (see heap_array.h).
class Mutex {
public:
  Mutex() = default;
  Mutex(const Mutex &) = delete;
  Mutex &operator=(const Mutex &) = delete;

  void lock() { pthread_mutex_lock(&mutex); }
  void unlock() { pthread_mutex_unlock(&mutex); }

private:
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
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

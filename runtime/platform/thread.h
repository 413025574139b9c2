//===- thread.h - A thread of the process -----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_THREAD_H
#define EMBLEM_RUNTIME_PLATFORM_THREAD_H

#include <cstddef>
#include <cstdint>

namespace emblem::platform {

/// A thread that takes none of the process's signals: they are for the
/// program's own threads. It stays where it is while it runs.
class Thread {
public:
  using Body = void (*)(void *context);

  /// False where the system gives no more threads.
  bool start(Body body, void *context, size_t stackBytes);
  /// Keeps to one CPU. Only speed depends on it: a refusal is no error.
  void keepTo(int cpu);
  /// Waits for the end of the body.
  void join();

private:
  static void *run(void *thread);

  Body body = nullptr;
  void *context = nullptr;
  uintptr_t handle = 0; // the system's
};

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_THREAD_H

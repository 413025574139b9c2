//===- thread.cpp - A thread of the process -------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/thread.h"

#include "runtime/platform/usable_cpus.h"

#include <csignal>
#include <initializer_list>
#include <pthread.h>
#include <sched.h>

using namespace emblem::platform;

static_assert(sizeof(pthread_t) == sizeof(uintptr_t));

void *Thread::run(void *thread) {
  const Thread *self = static_cast<Thread *>(thread);
  self->body(self->context);
  return nullptr;
}

bool Thread::start(Body newBody, void *newContext, size_t stackBytes) {
  body = newBody;
  context = newContext;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stackBytes);
  sigset_t others, before;
  sigfillset(&others);
  for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGPROF})
    sigdelset(&others, fault);
  pthread_sigmask(SIG_SETMASK, &others, &before);
  pthread_t created;
  const bool started = pthread_create(&created, &attributes, run, this) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  if (started)
    handle = created;
  return started;
}

void Thread::keepTo(int cpu) {
  AffinityMask one;
  constexpr int bitsPerWord = sizeof(one.bits[0]) * 8;
  one.bits[cpu / bitsPerWord] = 1ul << (cpu % bitsPerWord);
  (void)pthread_setaffinity_np(handle, sizeof(one.bits),
                               reinterpret_cast<cpu_set_t *>(one.bits));
}

void Thread::join() { pthread_join(handle, nullptr); }

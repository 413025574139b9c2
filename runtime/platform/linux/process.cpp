//===- process.cpp - This process and its signals -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/process.h"

#include <csignal>
#include <cstdlib>
#include <initializer_list>
#include <unistd.h>

using namespace emblem;

int platform::processNumber() { return ::getpid(); }

const char *platform::environmentVariable(const char *name) {
  return ::secure_getenv(name);
}

void platform::ignoreClosedPipes() { ::signal(SIGPIPE, SIG_IGN); }

static void (*volatile beforeEnd)() = nullptr;

static void end(int signal) {
  beforeEnd();
  // The action was reset when this was called: now the signal ends us.
  ::raise(signal);
}

void platform::callBeforeEnd(void (*function)()) {
  beforeEnd = function;
  for (int signal :
       {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGUSR1, SIGUSR2, SIGALRM,
        SIGVTALRM, SIGXCPU, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    struct sigaction action = {};
    // A signal that is ignored (nohup) stays ignored.
    if (::sigaction(signal, nullptr, &action) == 0 &&
        action.sa_handler == SIG_DFL) {
      action.sa_handler = end;
      action.sa_flags = SA_RESETHAND;
      ::sigaction(signal, &action, nullptr);
    }
  }
}

static void (*volatile onMissingPage)(const void *) = nullptr;

static void fault(int signal, siginfo_t *info, void *) {
  if (info->si_code == BUS_ADRERR)
    onMissingPage(info->si_addr);
  // Anything else is the program's own mistake, and ends it as ever.
  ::signal(signal, SIG_DFL);
}

void platform::callOnMissingPage(void (*function)(const void *address)) {
  onMissingPage = function;
  struct sigaction action = {};
  action.sa_sigaction = fault;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGBUS, &action, nullptr);
}

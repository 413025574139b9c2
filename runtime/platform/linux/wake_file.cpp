//===- wake_file.cpp - Files that become readable for a reason ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/wake_file.h"

#include <csignal>
#include <cstdint>
#include <initializer_list>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

using namespace emblem;

int platform::openWakeFile() {
  return ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

void platform::wake(int file) {
  const uint64_t one = 1;
  // Where the counter is full it is readable already.
  [[maybe_unused]] ssize_t written = ::write(file, &one, sizeof(one));
}

void platform::clearWake(int file) {
  uint64_t count;
  [[maybe_unused]] ssize_t read = ::read(file, &count, sizeof(count));
}

int platform::openStopFile() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT})
    sigaddset(&signals, signal);
  if (pthread_sigmask(SIG_BLOCK, &signals, nullptr) != 0)
    return -1;
  return ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

int platform::takeStops(int file) {
  int count = 0;
  for (signalfd_siginfo info;
       ::read(file, &info, sizeof(info)) == ssize_t(sizeof(info));)
    ++count;
  return count;
}

//===- poller.cpp - Waiting on many files at once -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/poller.h"

#include <algorithm>
#include <sys/epoll.h>
#include <unistd.h>

using namespace emblem::platform;

Poller::~Poller() {
  if (poller >= 0)
    ::close(poller);
}

bool Poller::open() {
  poller = ::epoll_create1(EPOLL_CLOEXEC);
  return poller >= 0;
}

static epoll_event toEvent(Poller::Interest interest, void *whose) {
  epoll_event event = {};
  event.events = (interest.reads ? EPOLLIN : 0u) |
                 (interest.writes ? EPOLLOUT : 0u) |
                 (interest.leaves ? EPOLLRDHUP : 0u);
  event.data.ptr = whose;
  return event;
}

bool Poller::add(int file, Interest interest, void *whose) {
  epoll_event event = toEvent(interest, whose);
  return ::epoll_ctl(poller, EPOLL_CTL_ADD, file, &event) == 0;
}

bool Poller::change(int file, Interest interest, void *whose) {
  epoll_event event = toEvent(interest, whose);
  return ::epoll_ctl(poller, EPOLL_CTL_MOD, file, &event) == 0;
}

void Poller::remove(int file) {
  ::epoll_ctl(poller, EPOLL_CTL_DEL, file, nullptr);
}

int Poller::wait(std::span<Event> events, int milliseconds) {
  epoll_event happened[128];
  const int most = int(std::min(events.size(), std::size(happened)));
  // A signal's action is no event.
  const int count =
      std::max(::epoll_wait(poller, happened, most, milliseconds), 0);
  for (int i = 0; i < count; ++i) {
    const uint32_t bits = happened[i].events;
    events[i] = {happened[i].data.ptr, (bits & EPOLLIN) != 0,
                 (bits & EPOLLOUT) != 0, (bits & EPOLLRDHUP) != 0,
                 (bits & (EPOLLERR | EPOLLHUP)) != 0};
  }
  return count;
}

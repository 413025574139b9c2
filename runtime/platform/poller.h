//===- poller.h - Waiting on many files at once -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_POLLER_H
#define EMBLEM_RUNTIME_PLATFORM_POLLER_H

#include <span>

namespace emblem::platform {

class Poller {
public:
  struct Interest {
    bool reads = false, writes = false;
    bool leaves = false; // the other side sends no more
  };
  struct Event {
    void *whose; // as given to add()
    bool reads, writes, leaves;
    bool fails; // it is of no more use
  };

  Poller() = default;
  ~Poller();
  Poller(const Poller &) = delete;
  Poller &operator=(const Poller &) = delete;

  // False: errno says why.

  bool open();
  bool add(int file, Interest interest, void *whose);
  bool change(int file, Interest interest, void *whose);
  void remove(int file);

  /// Waits until something happens, or that long. How many events there are.
  int wait(std::span<Event> events, int milliseconds);

private:
  int poller = -1;
};

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_POLLER_H

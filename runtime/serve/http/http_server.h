//===- http_server.h - The loop that all connections share ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_HTTP_HTTP_SERVER_H
#define EMBLEM_RUNTIME_SERVE_HTTP_HTTP_SERVER_H

#include "runtime/platform/poller.h"
#include "runtime/serve/http/connection.h"

#include <cstddef>

namespace emblem::http {

/// Serves on the calling thread: one loop, in which nothing waits but for all.
class HttpServer {
public:
  /// What the loop is used for besides.
  class Owner : public Handler {
  public:
    /// Something was put before the server by another thread (wakeUp()).
    virtual void wake() = 0;
    /// The server was asked to end: it takes no new connections.
    virtual void drain() = 0;
  };

  HttpServer(Owner &owner, const Limits &limits)
      : owner(owner), limits(limits) {}
  ~HttpServer();
  HttpServer(const HttpServer &) = delete;
  HttpServer &operator=(const HttpServer &) = delete;

  /// False: errno says why. `listener` is closed at the end.
  bool open(int listener, size_t mostConnections);
  /// Until the process is asked to end and all is answered: 0; or, when it was
  /// asked twice, at once: 1.
  int run();

  /// From any thread: has Owner::wake() called soon.
  void wakeUp();
  /// After a reply() that was not in handle().
  void advance(Connection &connection);
  size_t connections() const { return count; }

private:
  void accept();
  void update(Connection &connection);
  void remove(Connection &connection);
  void watchListener();
  void checkTimes();
  void beginDrain();

  Owner &owner;
  const Limits &limits;
  platform::Poller poller;
  int listener = -1, wakeFile = -1, stopFile = -1;
  bool listens = false;
  bool draining = false;
  int64_t now = 0;
  size_t count = 0, mostConnections = 0;
  Connection *first = nullptr;
  Connection *removed = nullptr; // which events may still name
};

} // namespace emblem::http

#endif // EMBLEM_RUNTIME_SERVE_HTTP_HTTP_SERVER_H

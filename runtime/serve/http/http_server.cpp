//===- http_server.cpp - The loop that all connections share --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/http/http_server.h"

#include "runtime/platform/file.h"
#include "runtime/platform/socket.h"
#include "runtime/platform/wait.h"
#include "runtime/platform/wake_file.h"

using namespace emblem;
using namespace emblem::http;
using platform::Poller;

HttpServer::~HttpServer() {
  while (first)
    remove(*first);
  while (removed) {
    Connection *next = removed->behind;
    delete removed;
    removed = next;
  }
  for (int file : {listener, wakeFile, stopFile})
    if (file >= 0)
      (void)platform::closeFile(file);
}

bool HttpServer::open(int newListener, size_t most) {
  listener = newListener;
  mostConnections = most;
  wakeFile = platform::openWakeFile();
  stopFile = platform::openStopFile();
  if (wakeFile < 0 || stopFile < 0 || !poller.open() ||
      !poller.add(wakeFile, {.reads = true}, &wakeFile) ||
      !poller.add(stopFile, {.reads = true}, &stopFile) ||
      !poller.add(listener, {.reads = true}, &listener))
    return false;
  listens = true;
  return true;
}

void HttpServer::wakeUp() { platform::wake(wakeFile); }

int HttpServer::run() {
  constexpr int64_t second = 1'000'000'000;
  int64_t checked = platform::monotonicNanoseconds();
  Poller::Event events[128];
  while (!draining || first) {
    const int happened = poller.wait(events, 1000);
    now = platform::monotonicNanoseconds();
    for (int i = 0; i < happened; ++i) {
      const Poller::Event &event = events[i];
      if (event.whose == &listener) {
        accept();
      } else if (event.whose == &wakeFile) {
        platform::clearWake(wakeFile);
        owner.wake();
      } else if (event.whose == &stopFile) {
        const int stops = platform::takeStops(stopFile);
        if (draining || stops > 1)
          return 1;
        beginDrain();
      } else {
        Connection &one = *static_cast<Connection *>(event.whose);
        if (one.state == Connection::State::Closed)
          continue;
        if (event.fails)
          one.close();
        else if (event.leaves)
          one.left();
        advance(one);
      }
    }
    if (now - checked >= second) {
      checked = now;
      checkTimes();
    }
    while (removed) {
      Connection *next = removed->behind;
      delete removed;
      removed = next;
    }
  }
  return 0;
}

void HttpServer::accept() {
  while (count < mostConnections) {
    const int socket = platform::acceptConnection(listener);
    if (socket < 0) {
      // Until there are fewer connections, or a second has gone.
      if (platform::lacksFiles() && listens) {
        poller.remove(listener);
        listens = false;
      }
      return;
    }
    auto *one = new Connection(socket, limits, owner);
    one->behind = first;
    if (first)
      first->before = one;
    first = one;
    ++count;
    if (!poller.add(socket, {}, one)) {
      remove(*one);
      continue;
    }
    advance(*one);
  }
  if (listens) {
    poller.remove(listener);
    listens = false;
  }
}

void HttpServer::watchListener() {
  if (listens || draining || count >= mostConnections)
    return;
  listens = poller.add(listener, {.reads = true}, &listener);
}

void HttpServer::advance(Connection &connection) {
  connection.advance(now, !draining);
  update(connection);
}

/// Has the poller look for what the connection waits for.
void HttpServer::update(Connection &connection) {
  using State = Connection::State;
  if (connection.state == State::Closed) {
    remove(connection);
    return;
  }
  if (connection.watched == int(connection.state))
    return;
  connection.watched = int(connection.state);
  const Poller::Interest interest = {
      .reads = connection.state == State::Reading ||
               connection.state == State::Lingering,
      .writes = connection.state == State::Writing,
      .leaves = connection.state == State::Handling};
  poller.change(connection.socket, interest, &connection);
}

void HttpServer::remove(Connection &connection) {
  connection.close();
  if (connection.before)
    connection.before->behind = connection.behind;
  else
    first = connection.behind;
  if (connection.behind)
    connection.behind->before = connection.before;
  connection.behind = removed;
  removed = &connection;
  --count;
  watchListener();
}

void HttpServer::checkTimes() {
  for (Connection *one = first; one;) {
    Connection *next = one->behind;
    one->checkTime(now);
    update(*one);
    one = next;
  }
  watchListener();
}

void HttpServer::beginDrain() {
  // Who has connected already is served.
  accept();
  draining = true;
  if (listens)
    poller.remove(listener);
  listens = false;
  (void)platform::closeFile(listener);
  listener = -1;
  owner.drain();
  for (Connection *one = first; one;) {
    Connection *next = one->behind;
    advance(*one);
    one->hurry(now);
    one = next;
  }
}

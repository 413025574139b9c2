//===- connection.cpp - A client's connection -----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/http/connection.h"

#include "runtime/platform/file.h"
#include "runtime/platform/socket.h"

#include <algorithm>

using namespace emblem;
using namespace emblem::http;

namespace {

constexpr int64_t second = 1'000'000'000;
constexpr int64_t idleTime = 75 * second;  // between requests
constexpr int64_t pauseTime = 30 * second; // between two parts of a request
constexpr int64_t requestTime = 300 * second;
constexpr int64_t writePause = 60 * second; // while the client reads nothing
constexpr int64_t lingerTime = 5 * second;
constexpr int64_t mostLingered = 256 << 20;

/// Of one turn, after which others have theirs.
constexpr int mostReads = 16;

} // namespace

Connection::Connection(int socket, const Limits &limits, Handler &handler)
    : socket(socket), handler(handler), reader(limits, handler) {}

Connection::~Connection() { close(); }

void Connection::close() {
  if (state == State::Closed)
    return;
  if (state == State::Handling)
    handler.forget(*this);
  else if (state == State::Writing && !hasAnswered)
    handler.answered(*this);
  hasAnswered = true;
  state = State::Closed;
  (void)platform::closeFile(socket);
}

void Connection::left() {
  if (state == State::Handling)
    close();
}

void Connection::reply(Response response) {
  const Request &request = reader.request();
  const bool keepsOpen = !endsAfter && request.keepsOpen;
  endsAfter = !keepsOpen;
  head = writeHead(response, keepsOpen);
  body = request.isHead() ? std::string() : std::move(response.body);
  written = 0;
  hasAnswered = false;
  state = State::Writing;
  deadline = 0;
}

void Connection::refuse(const Refusal &refusal) {
  endsAfter = true;
  reply(handler.refuse(reader.request(), refusal));
}

void Connection::advance(int64_t now, bool mayStay) {
  // What was read at once is read in several turns: others wait, too.
  for (int reads = 0; reads < mostReads; ++reads) {
    bool goesOn = false;
    switch (state) {
    case State::Reading:
      goesOn = read(now, mayStay);
      break;
    case State::Writing:
      goesOn = write(now, mayStay);
      break;
    case State::Lingering:
      goesOn = linger();
      break;
    case State::Handling:
    case State::Closed:
      break;
    }
    // Bytes that were read already wake nobody.
    if (state == State::Reading && pendingBegin < pending.size())
      reads = std::min(reads, mostReads - 2);
    if (!goesOn)
      return;
  }
}

/// Has what is left of earlier reads read on.
size_t Connection::takePending() {
  const size_t taken =
      reader.read(std::string_view(pending).substr(pendingBegin));
  pendingBegin += taken;
  if (pendingBegin == pending.size()) {
    pending = {};
    pendingBegin = 0;
  }
  return taken;
}

bool Connection::read(int64_t now, bool mayStay) {
  if (pendingBegin < pending.size()) {
    takePending();
  } else {
    char bytes[64 << 10];
    const int64_t size = platform::receive(socket, bytes, sizeof(bytes));
    if (size < 0 && platform::wouldWait()) {
      if (deadline == 0)
        deadline = now + idleTime;
      return false;
    }
    if (size <= 0) {
      close();
      return false;
    }
    const std::string_view all(bytes, size_t(size));
    const size_t taken = reader.read(all);
    pending.assign(all.substr(taken));
    pendingBegin = 0;
  }
  if (requestBegan == 0 && !reader.isIdle())
    requestBegan = now;
  deadline = now + (reader.isIdle() ? idleTime : pauseTime);
  if (requestBegan)
    deadline = std::min(deadline, requestBegan + requestTime);

  switch (reader.state()) {
  case RequestReader::State::Head:
    return true;
  case RequestReader::State::Body:
    if (reader.takeContinue()) {
      // The socket has room: nothing else is on its way.
      constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
      if (platform::send(socket, line.data(), line.size(), nullptr, 0) !=
          int64_t(line.size()))
        close();
    }
    return true;
  case RequestReader::State::Refused:
    refuse(reader.refusal());
    return true;
  case RequestReader::State::Complete:
    endsAfter = !mayStay;
    state = State::Handling;
    deadline = 0;
    arrived = now;
    handler.handle(*this);
    return true;
  }
  return false;
}

bool Connection::write(int64_t now, bool mayStay) {
  while (written < head.size() + body.size()) {
    const size_t first = std::min(written, head.size());
    const size_t second = written - first;
    const int64_t size =
        platform::send(socket, head.data() + first, head.size() - first,
                       body.data() + second, body.size() - second);
    if (size < 0 && platform::wouldWait()) {
      if (deadline == 0)
        deadline = now + writePause;
      return false;
    }
    if (size <= 0) {
      close();
      return false;
    }
    written += size_t(size);
    deadline = now + writePause;
  }
  head = body = {};
  hasAnswered = true;
  handler.answered(*this);
  requestBegan = 0;
  if (!endsAfter && mayStay) {
    reader.next();
    state = State::Reading;
    deadline = now + idleTime;
    return true;
  }
  // Closed at once, while the client still sends, it would lose the answer.
  platform::endSending(socket);
  state = State::Lingering;
  deadline = now + lingerTime;
  pending = {};
  pendingBegin = 0;
  return true;
}

bool Connection::linger() {
  char bytes[64 << 10];
  const int64_t size = platform::receive(socket, bytes, sizeof(bytes));
  if (size < 0 && platform::wouldWait())
    return false;
  if (size > 0)
    lingered += size;
  if (size <= 0 || lingered > mostLingered)
    close();
  return true;
}

void Connection::checkTime(int64_t now) {
  if (deadline == 0 || now < deadline)
    return;
  if (state == State::Reading && !reader.isIdle()) {
    refuse({408, "the request did not come to its end in time"});
    advance(now, false);
    return;
  }
  close();
}

void Connection::hurry(int64_t now) {
  endsAfter = true;
  if (isIdle())
    deadline = now + second;
}

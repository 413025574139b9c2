//===- request_reader.h - HTTP requests, read bit by bit --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Over http_parser, and stricter than it where a proxy before this server could
// read the same bytes otherwise: lines end with CR LF, no line of a head is
// continued on the next, a body's length is said once and in one way.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_HTTP_REQUEST_READER_H
#define EMBLEM_RUNTIME_SERVE_HTTP_REQUEST_READER_H

#include "runtime/serve/http/request.h"

#include <cstddef>
#include <cstdint>
#include <http_parser.h>
#include <string_view>

namespace emblem::http {

/// Decides about requests while they are read.
class Gate {
public:
  /// Of a request whose head was read; `bytes` of a body are said to follow.
  virtual Refusal admit(const Request &head, uint64_t bytes) = 0;
  /// Whether there is memory for so many more bytes of a body.
  virtual bool reserve(size_t bytes) = 0;
  virtual void release(size_t bytes) = 0;

protected:
  ~Gate() = default;
};

struct Limits {
  size_t head = 16 << 10; // bytes of the request's line and its headers
  size_t body = 16'000'000;
};

class RequestReader {
public:
  enum class State { Head, Body, Complete, Refused };

  RequestReader(const Limits &limits, Gate &gate);
  ~RequestReader() { gate.release(reserved); }
  RequestReader(const RequestReader &) = delete;
  RequestReader &operator=(const RequestReader &) = delete;

  /// Reads on, at most to the end of one request; returns how many bytes it
  /// took. After a refusal nothing more is read.
  size_t read(std::string_view bytes);

  State state() const { return now; }
  /// Whether nothing of a request has come yet.
  bool isIdle() const { return now == State::Head && headBytes == 0; }
  /// Whether the client waits to be told to send the body; once.
  bool takeContinue();
  const Refusal &refusal() const { return refused; }
  Request &request() { return current; }

  /// Forgets the request, and is ready for the next.
  void next();

private:
  struct Callbacks;

  /// Looks at a head's bytes before the parser does. Returns how many belong to
  /// it.
  size_t checkHead(std::string_view bytes);
  Refusal checkHeaders() const;
  void refuse(int status, const char *sentence);
  void refuseBadSyntax();
  int addBody(const char *bytes, size_t size);

  const Limits &limits;
  Gate &gate;
  http_parser parser;
  State now = State::Head;
  Request current;
  Refusal refused;
  size_t headBytes = 0, blankBytes = 0;
  size_t reserved = 0;
  bool inValue = false; // of a header, whose name was read
  bool waitsForContinue = false;
  // Of the bytes of the head.
  char before = '\n';
  size_t lineBytes = 0;
  bool headEnded = false;
};

} // namespace emblem::http

#endif // EMBLEM_RUNTIME_SERVE_HTTP_REQUEST_READER_H

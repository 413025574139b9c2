//===- connection.h - A client's connection ---------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_HTTP_CONNECTION_H
#define EMBLEM_RUNTIME_SERVE_HTTP_CONNECTION_H

#include "runtime/serve/http/request_reader.h"
#include "runtime/serve/http/response.h"

namespace emblem::http {

class Connection;

/// Who answers requests. All is called on the server's one thread.
class Handler : public Gate {
public:
  /// Answers by connection.reply(), now or later.
  virtual void handle(Connection &connection) = 0;
  /// The client has gone while its request was being answered: reply() must not
  /// be called any more.
  virtual void forget(Connection &connection) = 0;
  /// An answer has been sent, or never will be.
  virtual void answered(Connection &connection) = 0;
  /// The answer to a request that cannot be read; of its parts some are known.
  virtual Response refuse(const Request &request, const Refusal &refusal) = 0;
};

class Connection {
public:
  enum class State {
    Reading,
    Handling, // the request is there, and no answer yet
    Writing,
    Lingering, // all is written; what the client still sends is not wanted
    Closed
  };

  Connection(int socket, const Limits &limits, Handler &handler);
  ~Connection();
  Connection(const Connection &) = delete;
  Connection &operator=(const Connection &) = delete;

  Request &request() { return reader.request(); }
  /// Of the request that handle() was called with.
  void reply(Response response);

  /// Reads, has handled and writes what can be without waiting, at `now`
  /// (monotonic nanoseconds). `mayStay`: whether it may wait for another
  /// request.
  void advance(int64_t now, bool mayStay);
  /// The client sends nothing more.
  void left();
  void close();
  /// Ends what takes too long.
  void checkTime(int64_t now);
  /// For a server that ends: whether nothing of a request has come.
  bool isIdle() const { return state == State::Reading && reader.isIdle(); }
  /// For a server that ends: no other request is waited for, and who has sent
  /// nothing has a moment to do so.
  void hurry(int64_t now);

  const int socket;
  State state = State::Reading;
  void *work = nullptr; // the handler's
  int64_t arrived = 0;  // when the request had come, in monotonic nanoseconds
  int watched = -1;     // the server's: what the poller was told
  Connection *before = nullptr, *behind = nullptr; // the server's list

private:
  /// Each returns false where it has to wait.
  bool read(int64_t now, bool mayStay);
  bool write(int64_t now, bool mayStay);
  bool linger();
  void refuse(const Refusal &refusal);
  size_t takePending();

  Handler &handler;
  RequestReader reader;
  std::string pending; // bytes behind the request
  size_t pendingBegin = 0;
  std::string head, body;
  size_t written = 0;
  bool endsAfter = false;
  bool hasAnswered = false;
  int64_t deadline = 0; // when the state has lasted too long; 0: not yet set
  int64_t requestBegan = 0; // 0: none has
  int64_t lingered = 0;     // bytes
};

} // namespace emblem::http

#endif // EMBLEM_RUNTIME_SERVE_HTTP_CONNECTION_H

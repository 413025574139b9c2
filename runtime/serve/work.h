//===- work.h - One request's work for the model ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_WORK_H
#define EMBLEM_RUNTIME_SERVE_WORK_H

#include "emblem/emblem.h"
#include "runtime/serve/errors.h"
#include "runtime/serve/http/connection.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace emblem::serve {

class Server;

/// A list of items, each of which is computed apart from the others: texts or
/// pairs, which are batched with those of other requests, or steps of its own.
class Work {
public:
  enum class Kind { Texts, Pairs, Steps };

  Work() { call.size = sizeof(call); }
  virtual ~Work() = default;
  Work(const Work &) = delete;
  Work &operator=(const Work &) = delete;

  /// The answer, once all items are computed.
  virtual http::Response answer(Server &server) = 0;
  /// Computes an item of Steps, on the batcher's thread; sets `status` where it
  /// cannot.
  virtual void step(EmblemModel *model, size_t item) {}
  /// Bytes of an item, from which its tokens are guessed.
  virtual size_t bytesOf(size_t item) const {
    return kind == Kind::Texts ? texts[item].size
           : kind == Kind::Pairs
               ? pairs[item].first.size + pairs[item].second.size
               : 0;
  }
  size_t items() const {
    return kind == Kind::Texts   ? texts.size()
           : kind == Kind::Pairs ? pairs.size()
                                 : steps;
  }
  /// Sets `status` and its sentence from the calling thread's last error.
  void fail(EmblemStatus newStatus, size_t item) {
    status = newStatus;
    problem = emblem_last_error();
    fault = item;
  }

  Kind kind = Kind::Texts;
  ErrorStyle style = ErrorStyle::Tei;
  bool isBatch = false; // the client sent a list
  bool scores = false;  // for the metrics: it predicts rather than embeds
  std::string body;     // of the request; texts lie in it, or in `prompted`
  std::string prompted;
  EmblemCallOptions call = {};
  std::vector<EmblemText> texts;
  std::vector<EmblemPair> pairs;
  size_t steps = 0;
  size_t replyBytes = 0; // what the answer will take, at most

  // What comes of it.
  int64_t width = 0;       // floats of a row of Texts and Pairs
  std::vector<float> rows; // an item has one
  std::vector<EmblemTextInfo> infos;
  EmblemStatus status = EMBLEM_OK;
  std::string problem;
  size_t fault = 0; // the item of which `problem` is

  // Nanoseconds of the monotonic clock.
  int64_t arrived = 0, begun = 0, ended = 0;

  // The server's, on its thread alone.
  http::Connection *connection = nullptr; // null: the client has gone
  size_t reserved = 0;

  // The batcher's, under its lock.
  size_t taken = 0, done = 0; // items
  bool waits = false;         // in its list
  bool dropped = false;
  Work *behind = nullptr; // in the list of what is finished
};

} // namespace emblem::serve

#endif // EMBLEM_RUNTIME_SERVE_WORK_H

//===- server.h - A model behind HTTP ---------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_SERVER_H
#define EMBLEM_RUNTIME_SERVE_SERVER_H

#include "emblem/model_table.h"
#include "runtime/serve/batcher.h"
#include "runtime/serve/http/http_server.h"
#include "runtime/serve/metrics.h"
#include "runtime/serve/settings.h"

#include <memory>

namespace emblem::serve {

class Server final : public http::HttpServer::Owner {
public:
  Server(const EmblemModelTable &table, EmblemModel *model,
         const Settings &settings);
  ~Server();

  /// Listens, says where, and serves until the process is asked to end. Returns
  /// an exit code.
  int run();

  // For who handles requests. Each ends with one of these three.

  /// Has the model do the work, and answers when it is done.
  void submit(http::Connection &connection, std::unique_ptr<Work> work);
  void reply(http::Connection &connection, http::Response response);
  void refuse(http::Connection &connection, ErrorStyle style, int status,
              std::string_view sentence,
              Metrics::Failure failure = Metrics::Validation);

  const EmblemModelTable &table;
  EmblemModel *const model;
  const Settings &settings;
  EmblemModelInfo info;
  std::string name;       // of the model, in answers
  bool isHealthy = false; // a text was embedded, and the server does not end
  bool isDraining = false;
  const int64_t started; // seconds since 1970
  Metrics metrics;

  std::string writeMetrics();

private:
  http::Refusal admit(const http::Request &head, uint64_t bytes) override;
  bool reserve(size_t bytes) override;
  void release(size_t bytes) override { memory -= bytes; }
  void handle(http::Connection &connection) override;
  void forget(http::Connection &connection) override;
  void answered(http::Connection &connection) override;
  http::Response refuse(const http::Request &request,
                        const http::Refusal &refusal) override;
  void wake() override;
  void drain() override;

  int listen();
  bool startWork();
  void finish(Work &work);
  /// What the model did not do, as the API says it.
  http::Response explain(const Work &work) const;
  void count(const Work &work);
  void addHeaders(const Work &work, http::Response &response) const;
  void addOrigin(const http::Request &request, http::Response &response) const;
  void log(const http::Connection &connection, const http::Request &request,
           const http::Response &response, const Work *work);

  http::Limits limits;
  http::HttpServer http;
  Batcher batcher;
  size_t memory = 0; // bytes of requests and answers
  int64_t inFlight = 0;
  int64_t requests = 0;
  Work *warmUp = nullptr; // its first text's
};

/// The style in which the API of a path has its errors.
ErrorStyle styleOf(std::string_view path);

} // namespace emblem::serve

#endif // EMBLEM_RUNTIME_SERVE_SERVER_H

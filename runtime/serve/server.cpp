//===- server.cpp - A model behind HTTP -----------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/server.h"

#include "runtime/command/diagnostics.h"
#include "runtime/platform/socket.h"
#include "runtime/platform/wait.h"
#include "runtime/serve/routes.h"
#include "runtime/serve/warm_up.h"

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstring>
#include <ctime>

using namespace emblem;
using namespace emblem::serve;
using http::Connection;
using http::Refusal;
using http::Request;
using http::Response;

static constexpr Batcher::Engine engine = {emblem_embed_with,
                                           emblem_score_with};

Server::Server(const EmblemModelTable &table, EmblemModel *model,
               const Settings &settings)
    : table(table), model(model), settings(settings),
      name(settings.modelName ? settings.modelName : table.name),
      started(time(nullptr)), http(*this, limits), batcher(engine) {
  emblem_info(model, &info);
  limits.body = size_t(settings.payloadLimit);
}

Server::~Server() {
  batcher.stop();
  while (Work *work = batcher.takeFinished())
    delete work;
}

//===----------------------------------------------------------------------===//
// Begin and end
//===----------------------------------------------------------------------===//

int Server::listen() {
  if (settings.unixSocket)
    return platform::listenOnPath(settings.unixSocket);
  return platform::listenOnAddress(settings.host, int(settings.port),
                                   settings.sharesPort);
}

bool Server::startWork() {
  Batcher::Limits most;
  most.tokens = info.max_batch_tokens;
  // On a CPU more at once is not faster, and who comes next would wait longer.
  if (std::string_view(info.device) == "cpu")
    most.tokens =
        std::min(most.tokens, std::max<int64_t>(256, 128 * info.threads));
  most.textTokens = info.max_tokens;
  if (!batcher.start(
          model, most,
          [](void *self) { static_cast<Server *>(self)->http.wakeUp(); }, this))
    return false;
  warmUp = makeWarmUp(table).release();
  batcher.add(*warmUp);
  return true;
}

int Server::run() {
  const int listener = listen();
  const std::string where =
      settings.unixSocket
          ? std::string(settings.unixSocket)
          : std::string(settings.host) + ":" + std::to_string(settings.port);
  if (listener < 0)
    return command::badInput("cannot listen on %s: %s", where.c_str(),
                             std::strerror(errno));
  // Some files are the model's, and some are kept for what else may be.
  const int64_t files = platform::raiseOpenFiles() - 32;
  if (!http.open(listener, size_t(std::max<int64_t>(
                               std::min(settings.maxConnections, files), 1))))
    return command::badInput("cannot wait for connections: %s",
                             std::strerror(errno));
  if (!startWork())
    return command::badInput("the system gives no thread to embed with");
  const bool isSix = std::strchr(settings.host, ':');
  command::announce(
      "%s listens on %s%s%s%s%s", name.c_str(),
      settings.unixSocket ? "" : "http://", isSix ? "[" : "",
      settings.unixSocket ? settings.unixSocket : settings.host,
      isSix ? "]" : "",
      settings.unixSocket
          ? ""
          : (":" + std::to_string(platform::portOf(listener))).c_str());
  const int code = http.run();
  if (settings.unixSocket)
    platform::removePath(settings.unixSocket);
  return code;
}

void Server::drain() {
  isDraining = true;
  isHealthy = false;
}

//===----------------------------------------------------------------------===//
// Requests
//===----------------------------------------------------------------------===//

/// Takes the same time wherever the two differ.
static bool isSameKey(std::string_view given, std::string_view key) {
  unsigned differs = given.size() != key.size();
  for (size_t i = 0; i < key.size(); ++i)
    differs |= static_cast<unsigned char>(
        (given.empty() ? '\0' : given[i % given.size()]) ^ key[i]);
  return differs == 0;
}

Refusal Server::admit(const Request &head, uint64_t bytes) {
  if (!settings.apiKey || isOpen(head.path()) ||
      (settings.corsOrigins && head.method == "OPTIONS"))
    return {};
  std::string_view given = head.header("authorization");
  constexpr std::string_view scheme = "Bearer ";
  if (given.size() > scheme.size() &&
      http::isSameWord(given.substr(0, scheme.size()), scheme))
    given.remove_prefix(scheme.size());
  else
    given = {};
  if (isSameKey(given, settings.apiKey))
    return {};
  return {401, given.empty()
                   ? "no key was given; send 'Authorization: Bearer KEY'"
                   : "the key is not this server's"};
}

bool Server::reserve(size_t bytes) {
  if (bytes >
      size_t(settings.maxMemory) - std::min<size_t>(memory, settings.maxMemory))
    return false;
  memory += bytes;
  return true;
}

void Server::handle(Connection &connection) {
  const Request &request = connection.request();
  const std::string_view path = request.path();
  if (request.method == "OPTIONS" && settings.corsOrigins) {
    Response response;
    response.status = 204;
    response.type = nullptr;
    response.addHeader("Access-Control-Allow-Methods", "GET, POST");
    response.addHeader("Access-Control-Allow-Headers",
                       "authorization, content-type");
    return reply(connection, std::move(response));
  }
  const std::string_view method =
      request.isHead() ? "GET" : std::string_view(request.method);
  const Route *other = nullptr;
  for (const Route &route : routes()) {
    if (path != route.path)
      continue;
    if (method == route.method)
      return route.handle(*this, connection);
    other = &route;
  }
  if (!other)
    return reply(connection,
                 makeError(styleOf(path), 404,
                           "there is nothing at this path; /openapi.json lists "
                           "what there is"));
  Response response =
      makeError(styleOf(path), 405,
                std::string("this path takes ") + other->method + " requests");
  response.addHeader("Allow", other->method);
  reply(connection, std::move(response));
}

Response Server::refuse(const Request &request, const Refusal &refusal) {
  Response response =
      makeError(styleOf(request.path()), refusal.status, refusal.sentence,
                refusal.status == 401 ? "invalid_api_key" : nullptr);
  // It is HTTP's, and no API's.
  response.status = refusal.status;
  addOrigin(request, response);
  return response;
}

void Server::reply(Connection &connection, Response response) {
  const Request &request = connection.request();
  addOrigin(request, response);
  ++requests;
  if (settings.logsRequests)
    log(connection, request, response, static_cast<Work *>(connection.work));
  connection.reply(std::move(response));
}

void Server::refuse(Connection &connection, ErrorStyle style, int status,
                    std::string_view sentence, Metrics::Failure failure) {
  ++metrics.failed[failure];
  reply(connection, makeError(style, status, sentence));
}

void Server::submit(Connection &connection, std::unique_ptr<Work> work) {
  const size_t items = work->items();
  ++(work->isBatch ? metrics.batches : metrics.singles);
  (work->scores ? metrics.predicted : metrics.embedded) += int64_t(items);
  if (inFlight >= settings.maxConcurrent)
    return refuse(connection, work->style, 429,
                  "the server has as many requests as it takes "
                  "(--max-concurrent-requests); send this again later",
                  Metrics::Overloaded);
  const size_t bytes = work->replyBytes + work->prompted.size() +
                       items * (size_t(work->width) * sizeof(float) +
                                sizeof(EmblemText) + sizeof(EmblemTextInfo));
  if (!reserve(bytes))
    return refuse(connection, work->style, 429,
                  "the server has no memory left for this answer now "
                  "(--max-memory); send the request again later, or in parts",
                  Metrics::Overloaded);
  work->reserved = bytes;
  work->connection = &connection;
  connection.work = work.get();
  ++inFlight;
  batcher.add(*work.release());
}

void Server::forget(Connection &connection) {
  auto *work = static_cast<Work *>(connection.work);
  if (!work)
    return;
  connection.work = nullptr;
  work->connection = nullptr;
  ++metrics.left;
  batcher.drop(*work);
}

void Server::answered(Connection &connection) {
  auto *work = static_cast<Work *>(connection.work);
  if (!work)
    return;
  connection.work = nullptr;
  release(work->reserved);
  --inFlight;
  delete work;
}

//===----------------------------------------------------------------------===//
// Answers
//===----------------------------------------------------------------------===//

void Server::wake() {
  while (Work *work = batcher.takeFinished())
    finish(*work);
}

void Server::finish(Work &work) {
  if (&work == warmUp) {
    isHealthy = work.status == EMBLEM_OK && !isDraining;
    if (work.status != EMBLEM_OK)
      command::warn("the model does not embed, and /health says so: %s",
                    work.problem.c_str());
    warmUp = nullptr;
    delete &work;
    return;
  }
  Connection *connection = work.connection;
  if (!connection) {
    release(work.reserved);
    --inFlight;
    delete &work;
    return;
  }
  const bool isGood = work.status == EMBLEM_OK;
  Response response = isGood ? work.answer(*this) : explain(work);
  if (isGood) {
    count(work);
    addHeaders(work, response);
  } else {
    ++metrics.failed[statusOf(work.status) == 424  ? Metrics::ModelType
                     : statusOf(work.status) < 500 ? Metrics::Validation
                                                   : Metrics::Inference];
  }
  reply(*connection, std::move(response));
  // The answer alone waits until the client has read it.
  work.rows = {};
  work.body = work.prompted = {};
  http.advance(*connection);
}

Response Server::explain(const Work &work) const {
  const int status = statusOf(work.status);
  std::string sentence = work.problem;
  std::ranges::replace(sentence, '\0', ' '); // where it cites the input
  if (work.status == EMBLEM_TEXT_TOO_LONG)
    sentence = "it has more than the " + std::to_string(info.max_tokens) +
               " tokens that the model takes; shorten it, or have it cut "
               "(truncate)";
  const bool isOfItem = work.pairs.size() > 1 || work.texts.size() > 1;
  return makeError(
      work.style, status,
      (isOfItem ? "text " + std::to_string(work.fault) + ": " : std::string()) +
          sentence);
}

static double seconds(int64_t nanoseconds) { return double(nanoseconds) / 1e9; }

void Server::count(const Work &work) {
  ++(work.isBatch ? metrics.goodBatches : metrics.goodSingles);
  const int64_t items = int64_t(work.items());
  (work.scores ? metrics.predictedWell : metrics.embeddedWell) += items;
  const double total = seconds(work.ended - work.connection->arrived),
               queued = seconds(work.begun - work.arrived),
               computed = seconds(work.ended - work.begun);
  metrics.duration.observe(total);
  metrics.queued.observe(queued);
  metrics.computed.observe(computed);
  (work.scores ? metrics.predictDuration : metrics.embedDuration)
      .observe(total, items);
  (work.scores ? metrics.predictQueued : metrics.embedQueued)
      .observe(queued, items);
  (work.scores ? metrics.predictComputed : metrics.embedComputed)
      .observe(computed, items);
  for (const EmblemTextInfo &one : work.infos) {
    metrics.inputLength.observe(double(one.tokens));
    metrics.truncated += one.truncated != 0;
  }
}

/// As TEI has them, in milliseconds.
void Server::addHeaders(const Work &work, Response &response) const {
  int64_t tokens = 0, truncated = 0, characters = 0;
  for (const EmblemTextInfo &one : work.infos) {
    tokens += one.tokens;
    truncated += one.truncated != 0;
  }
  auto add = [&](EmblemText text) {
    for (size_t i = 0; i < text.size; ++i)
      characters += static_cast<unsigned char>(text.data[i]) >> 6 != 2;
  };
  for (const EmblemText &text : work.texts)
    add(text);
  for (const EmblemPair &pair : work.pairs) {
    add(pair.first);
    add(pair.second);
  }
  auto milliseconds = [](int64_t nanoseconds) {
    return std::to_string(nanoseconds / 1'000'000);
  };
  const std::string total = milliseconds(work.ended - work.connection->arrived);
  response.addHeader("x-compute-type",
                     std::string_view(info.device) == "cpu" ? "cpu" : "gpu");
  response.addHeader("x-compute-time", total);
  response.addHeader("x-compute-characters", std::to_string(characters));
  response.addHeader("x-compute-tokens", std::to_string(tokens));
  response.addHeader("x-total-time", total);
  response.addHeader("x-queue-time", milliseconds(work.begun - work.arrived));
  response.addHeader("x-inference-time", milliseconds(work.ended - work.begun));
  if (truncated > 0)
    response.addHeader("x-truncated-texts", std::to_string(truncated));
}

void Server::addOrigin(const Request &request, Response &response) const {
  const std::string_view origin = request.header("origin");
  if (!settings.corsOrigins || origin.empty())
    return;
  response.addHeader("Vary", "Origin");
  std::string_view rest = settings.corsOrigins;
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(','));
    if (one == "*" || one == origin) {
      response.addHeader("Access-Control-Allow-Origin", one);
      return;
    }
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
  }
}

std::string Server::writeMetrics() {
  for (const Batcher::Size &one : batcher.takeSizes()) {
    metrics.batchItems.observe(double(one.items));
    metrics.batchTokens.observe(double(one.tokens));
  }
  return metrics.write(int64_t(batcher.waitingItems()),
                       int64_t(http.connections()));
}

//===- request_log.cpp - A line of JSON for each request ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/json_text.h"
#include "runtime/platform/file.h"
#include "runtime/platform/wait.h"
#include "runtime/serve/reply_json.h"
#include "runtime/serve/server.h"

#include <ctime>

using namespace emblem;
using namespace emblem::serve;

/// What a client sent, as far as it is of use, and as UTF-8 whatever it is.
static std::string cited(std::string_view text) {
  std::string plain;
  for (const char c : text.substr(0, 256))
    plain += static_cast<unsigned char>(c) < 0x80 ? c : '?';
  return plain;
}

void Server::log(const http::Connection &connection,
                 const http::Request &request, const http::Response &response,
                 const Work *work) {
  std::string line = "{";
  appendMember(line, "time", int64_t(time(nullptr)));
  appendMember(line, "method", cited(request.method).c_str());
  appendMember(line, "path", cited(request.path()).c_str());
  appendMember(line, "status", int64_t(response.status));
  appendMember(line, "bytes", int64_t(response.body.size()));
  const int64_t now = platform::monotonicNanoseconds();
  appendMember(line, "total_us", (now - connection.arrived) / 1000);
  if (work && work->connection && work->begun > 0) {
    appendMember(line, "items", int64_t(work->items()));
    int64_t tokens = 0, truncated = 0;
    for (const EmblemTextInfo &one : work->infos) {
      tokens += one.tokens;
      truncated += one.truncated != 0;
    }
    appendMember(line, "tokens", tokens);
    appendMember(line, "truncated", truncated);
    appendMember(line, "queue_us", (work->begun - work->arrived) / 1000);
    appendMember(line, "inference_us", (work->ended - work->begun) / 1000);
  }
  for (const char *name : {"traceparent", "x-request-id"})
    if (const std::string_view value = request.header(name); !value.empty())
      appendMember(line, name, cited(value).c_str());
  line += "}\n";
  // A pipe that nobody reads would stop the server: such lines are counted.
  if (platform::hasRoom(platform::standardError) && line.size() < 4096)
    (void)platform::writeFile(platform::standardError, line.data(),
                              line.size());
  else
    ++metrics.unlogged;
}

//===- response.h - An HTTP response ----------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_HTTP_RESPONSE_H
#define EMBLEM_RUNTIME_SERVE_HTTP_RESPONSE_H

#include <string>
#include <string_view>

namespace emblem::http {

struct Response {
  int status = 200;
  const char *type = "application/json"; // null: there is no body
  std::string body;
  std::string headers; // more of them, each with its CR LF

  void addHeader(std::string_view name, std::string_view value);
};

/// Its first line and its headers, with the empty line behind them.
std::string writeHead(const Response &response, bool keepsOpen);

} // namespace emblem::http

#endif // EMBLEM_RUNTIME_SERVE_HTTP_RESPONSE_H

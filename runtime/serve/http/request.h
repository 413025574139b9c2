//===- request.h - An HTTP request ------------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_HTTP_REQUEST_H
#define EMBLEM_RUNTIME_SERVE_HTTP_REQUEST_H

#include <string>
#include <string_view>
#include <vector>

namespace emblem::http {

struct Request {
  std::string method; // "POST"
  std::string target; // as it was sent: "/embed?x=1"
  std::string body;
  struct Header {
    std::string name, value;
  };
  std::vector<Header> headers;
  bool keepsOpen = true; // whether the client wants to send another
  bool isHead() const { return method == "HEAD"; }

  /// The target without what follows a question mark, and without a host.
  std::string_view path() const;
  /// The value of a header, or of the first of that name; empty: there is none.
  std::string_view header(std::string_view name) const;
  int countOf(std::string_view name) const;
};

/// Whether two words are one but for the case of A to Z.
bool isSameWord(std::string_view a, std::string_view b);

/// Why a request is refused; a status of 0: it is not.
struct Refusal {
  int status = 0;
  std::string sentence;
};

} // namespace emblem::http

#endif // EMBLEM_RUNTIME_SERVE_HTTP_REQUEST_H

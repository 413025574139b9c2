//===- request.cpp - An HTTP request --------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/http/request.h"

using namespace emblem::http;

static char lower(char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

bool emblem::http::isSameWord(std::string_view a, std::string_view b) {
  if (a.size() != b.size())
    return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i]))
      return false;
  return true;
}

std::string_view Request::path() const {
  std::string_view path = target;
  path = path.substr(0, path.find_first_of("?#"));
  // As a proxy is asked: with the host.
  if (path.starts_with("http://") || path.starts_with("https://")) {
    path.remove_prefix(path.find("//") + 2);
    const size_t slash = path.find('/');
    path = slash == path.npos ? "/" : path.substr(slash);
  }
  return path;
}

std::string_view Request::header(std::string_view name) const {
  for (const Header &one : headers)
    if (isSameWord(one.name, name))
      return one.value;
  return {};
}

int Request::countOf(std::string_view name) const {
  int count = 0;
  for (const Header &one : headers)
    count += isSameWord(one.name, name);
  return count;
}

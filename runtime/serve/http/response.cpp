//===- response.cpp - An HTTP response ------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/http/response.h"

#include <cstdio>
#include <ctime>

using namespace emblem::http;

void Response::addHeader(std::string_view name, std::string_view value) {
  headers.append(name).append(": ");
  // What is cited of a request ends no line.
  for (const char c : value)
    headers += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  headers += "\r\n";
}

static const char *phraseOf(int status) {
  switch (status) {
  case 200:
    return "OK";
  case 204:
    return "No Content";
  case 400:
    return "Bad Request";
  case 401:
    return "Unauthorized";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 408:
    return "Request Timeout";
  case 413:
    return "Content Too Large";
  case 415:
    return "Unsupported Media Type";
  case 422:
    return "Unprocessable Content";
  case 424:
    return "Failed Dependency";
  case 429:
    return "Too Many Requests";
  case 431:
    return "Request Header Fields Too Large";
  case 500:
    return "Internal Server Error";
  case 501:
    return "Not Implemented";
  case 503:
    return "Service Unavailable";
  case 505:
    return "HTTP Version Not Supported";
  }
  return "Status";
}

static void appendDate(std::string &head) {
  static const char days[] = "SunMonTueWedThuFriSat";
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const time_t now = time(nullptr);
  tm utc;
  gmtime_r(&now, &utc);
  char line[48];
  std::snprintf(line, sizeof(line),
                "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT\r\n",
                days + 3 * utc.tm_wday, utc.tm_mday, months + 3 * utc.tm_mon,
                utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  head += line;
}

std::string emblem::http::writeHead(const Response &response, bool keepsOpen) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                     phraseOf(response.status) + "\r\n";
  appendDate(head);
  if (response.type)
    head += std::string("Content-Type: ") + response.type + "\r\n";
  if (response.status != 204)
    head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  head += response.headers;
  head += keepsOpen ? "\r\n" : "Connection: close\r\n\r\n";
  return head;
}

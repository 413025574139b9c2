//===- request_reader.cpp - Bytes of a connection, read as requests -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/http/request_reader.h"

using namespace emblem::http;

struct RequestReader::Callbacks {
  static RequestReader &of(http_parser *parser) {
    return *static_cast<RequestReader *>(parser->data);
  }

  static int onTarget(http_parser *parser, const char *bytes, size_t size) {
    of(parser).current.target.append(bytes, size);
    return 0;
  }

  static int onName(http_parser *parser, const char *bytes, size_t size) {
    RequestReader &self = of(parser);
    // A chunked body may end with headers: nobody asks for them.
    if (self.now != State::Head)
      return 0;
    if (self.inValue || self.current.headers.empty())
      self.current.headers.emplace_back();
    self.inValue = false;
    self.current.headers.back().name.append(bytes, size);
    return 0;
  }

  static int onValue(http_parser *parser, const char *bytes, size_t size) {
    RequestReader &self = of(parser);
    if (self.now != State::Head)
      return 0;
    self.inValue = true;
    self.current.headers.back().value.append(bytes, size);
    return 0;
  }

  static int onHead(http_parser *parser) {
    RequestReader &self = of(parser);
    Request &request = self.current;
    request.method = http_method_str(http_method(parser->method));
    request.keepsOpen =
        parser->http_minor > 0 && http_should_keep_alive(parser);
    // Another protocol is offered, and not taken.
    parser->upgrade = 0;
    self.refused = self.checkHeaders();
    const bool isChunked = parser->flags & F_CHUNKED;
    const uint64_t length = isChunked || parser->content_length == UINT64_MAX
                                ? 0
                                : parser->content_length;
    if (self.refused.status == 0)
      self.refused = self.gate.admit(request, length);
    if (self.refused.status == 0 && length > self.limits.body)
      self.refuse(413, "the body is larger than the server takes "
                       "(--payload-limit)");
    if (self.refused.status != 0)
      return -1;
    self.now = State::Body;
    self.waitsForContinue =
        isSameWord(request.header("expect"), "100-continue") &&
        (isChunked || length > 0);
    // No more than the client really sends.
    request.body.reserve(size_t(length < 65536 ? length : 65536));
    return 0;
  }

  static int onBody(http_parser *parser, const char *bytes, size_t size) {
    return of(parser).addBody(bytes, size);
  }

  static int onEnd(http_parser *parser) {
    of(parser).now = State::Complete;
    http_parser_pause(parser, 1);
    return 0;
  }
};

RequestReader::RequestReader(const Limits &limits, Gate &gate)
    : limits(limits), gate(gate) {
  next();
}

void RequestReader::next() {
  gate.release(reserved);
  reserved = 0;
  http_parser_init(&parser, HTTP_REQUEST);
  parser.data = this;
  now = State::Head;
  current = {};
  refused = {};
  headBytes = blankBytes = lineBytes = 0;
  inValue = waitsForContinue = headEnded = false;
  before = '\n';
}

bool RequestReader::takeContinue() {
  const bool waits = waitsForContinue;
  waitsForContinue = false;
  return waits;
}

void RequestReader::refuse(int status, const char *sentence) {
  now = State::Refused;
  refused = {status, sentence};
}

int RequestReader::addBody(const char *bytes, size_t size) {
  if (size > limits.body - current.body.size()) {
    refuse(413, "the body is larger than the server takes (--payload-limit)");
    return -1;
  }
  // A string may have twice what is in it.
  if (!gate.reserve(2 * size)) {
    refuse(429, "the server has no memory left for this body now; send it "
                "again later");
    return -1;
  }
  reserved += 2 * size;
  current.body.append(bytes, size);
  waitsForContinue = false;
  return 0;
}

Refusal RequestReader::checkHeaders() const {
  const bool isOld = parser.http_major == 1 && parser.http_minor == 0;
  if (parser.http_major != 1)
    return {505, "this server speaks HTTP/1.1 and HTTP/1.0"};
  for (const Request::Header &one : current.headers)
    if (one.name.find(' ') != std::string::npos)
      return {400, "no blank stands before a header's colon"};
  const int hosts = current.countOf("host");
  if (hosts > 1 || (hosts == 0 && !isOld))
    return {400, "a request has one header Host"};
  if (current.countOf("content-length") > 1)
    return {400, "a request has one Content-Length"};
  const int codings = current.countOf("transfer-encoding");
  if (codings == 0)
    return {};
  if (isOld || codings > 1 || current.countOf("content-length") > 0)
    return {400, "Transfer-Encoding goes with HTTP/1.1, once, and without "
                 "Content-Length"};
  if (!isSameWord(current.header("transfer-encoding"), "chunked"))
    return {501, "of transfer encodings this server knows chunked alone"};
  return {};
}

size_t RequestReader::checkHead(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    // Empty lines before a request, of which some clients send one.
    if (headBytes == 0 && (c == '\r' || c == '\n') && ++blankBytes <= 8)
      continue;
    if (++headBytes > limits.head) {
      refuse(431, "the head of the request is larger than the server takes");
      return i;
    }
    const bool isBad =
        (c == '\n' && before != '\r') || (before == '\r' && c != '\n') ||
        c == '\0' ||
        (lineBytes == 0 && headBytes > 1 && (c == ' ' || c == '\t'));
    if (isBad) {
      refuseBadSyntax();
      return i;
    }
    if (c == '\n' && lineBytes == 1) {
      headEnded = true;
      return i + 1;
    }
    before = c;
    lineBytes = c == '\n' ? 0 : lineBytes + 1;
  }
  return bytes.size();
}

void RequestReader::refuseBadSyntax() {
  refuse(400, "this is no HTTP request as RFC 9112 has it");
}

size_t RequestReader::read(std::string_view bytes) {
  static constexpr http_parser_settings settings = {
      .on_message_begin = nullptr,
      .on_url = Callbacks::onTarget,
      .on_status = nullptr,
      .on_header_field = Callbacks::onName,
      .on_header_value = Callbacks::onValue,
      .on_headers_complete = Callbacks::onHead,
      .on_body = Callbacks::onBody,
      .on_message_complete = Callbacks::onEnd,
      .on_chunk_header = nullptr,
      .on_chunk_complete = nullptr};

  size_t taken = 0;
  while (taken < bytes.size() && (now == State::Head || now == State::Body)) {
    std::string_view part = bytes.substr(taken);
    if (!headEnded) {
      part = part.substr(0, checkHead(part));
      if (now == State::Refused)
        return taken;
    }
    taken += http_parser_execute(&parser, &settings, part.data(), part.size());
    if (parser.http_errno == HPE_PAUSED)
      http_parser_pause(&parser, 0);
    if (refused.status != 0)
      now = State::Refused;
    else if (parser.http_errno != HPE_OK)
      refuseBadSyntax();
  }
  return taken;
}

//===- request_reader_test.cpp - HTTP requests, read bit by bit -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/http/request_reader.h"

#include "gtest/gtest.h"

#include <random>
#include <vector>

using namespace emblem::http;

namespace {

class OpenGate final : public Gate {
public:
  Refusal admit(const Request &head, uint64_t) override {
    return head.header("authorization") == "Bearer wrong"
               ? Refusal{401, "wrong key"}
               : Refusal{};
  }
  bool reserve(size_t bytes) override {
    if (used + bytes > most)
      return false;
    used += bytes;
    return true;
  }
  void release(size_t bytes) override { used -= bytes; }

  size_t used = 0, most = 1 << 20;
};

/// What the bytes are read as, `step` at a time: a request a line, and a
/// refusal at the end.
std::string read(std::string_view bytes, size_t step, Limits limits = {},
                 size_t memory = 1 << 20) {
  OpenGate gate;
  gate.most = memory;
  std::string found;
  {
    RequestReader reader(limits, gate);
    size_t at = 0, given = std::min(step, bytes.size());
    while (true) {
      const size_t taken = reader.read(bytes.substr(at, given - at));
      EXPECT_LE(taken, given - at);
      at += taken;
      if (reader.state() == RequestReader::State::Complete) {
        Request &request = reader.request();
        found += request.method + " " + request.target + " [" + request.body +
                 "]" + (request.keepsOpen ? "" : " last") + "\n";
        reader.next();
        EXPECT_EQ(gate.used, 0u);
        continue;
      }
      if (reader.state() == RequestReader::State::Refused) {
        found += std::to_string(reader.refusal().status) + "\n";
        EXPECT_FALSE(reader.refusal().sentence.empty());
        break;
      }
      EXPECT_EQ(at, given);
      if (given == bytes.size()) {
        if (!reader.isIdle())
          found += "unfinished\n";
        break;
      }
      given = std::min(given + step, bytes.size());
    }
  }
  EXPECT_EQ(gate.used, 0u);
  return found;
}

std::string readAnyhow(std::string_view bytes, Limits limits = {}) {
  const std::string whole = read(bytes, bytes.size() + 1, limits);
  for (size_t step : {1, 2, 3, 7, 64})
    EXPECT_EQ(read(bytes, step, limits), whole) << bytes;
  return whole;
}

const std::string host = "Host: h\r\n";

} // namespace

TEST(RequestReader, ReadsRequestsOneAfterTheOther) {
  EXPECT_EQ(readAnyhow("GET /health HTTP/1.1\r\n" + host + "\r\n"),
            "GET /health []\n");
  EXPECT_EQ(readAnyhow("POST /embed?x=1 HTTP/1.1\r\n" + host +
                       "Content-Length: 5\r\n\r\nhello"
                       "HEAD / HTTP/1.1\r\n" +
                       host + "Connection: close\r\n\r\n"),
            "POST /embed?x=1 [hello]\nHEAD / [] last\n");
  EXPECT_EQ(readAnyhow("\r\nGET / HTTP/1.0\r\n\r\n"), "GET / [] last\n");
  EXPECT_EQ(readAnyhow("POST / HTTP/1.1\r\n" + host +
                       "Transfer-Encoding: chunked\r\n\r\n"
                       "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: r\r\n\r\n"
                       "GET /2 HTTP/1.1\r\n" +
                       host + "\r\n"),
            "POST / [abc0123456789]\nGET /2 []\n");
  EXPECT_EQ(
      readAnyhow("POST / HTTP/1.1\r\n" + host + "Content-Length: 0\r\n\r\nGET"),
      "POST / []\nunfinished\n");
}

TEST(RequestReader, TakesNoOtherProtocol) {
  EXPECT_EQ(readAnyhow("POST / HTTP/1.1\r\n" + host +
                       "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                       "HTTP2-Settings: AA\r\nContent-Length: 2\r\n\r\nhi"
                       "GET / HTTP/1.1\r\n" +
                       host + "\r\n"),
            "POST / [hi]\nGET / []\n");
  EXPECT_EQ(readAnyhow("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "400\n");
}

TEST(RequestReader, RefusesWhatAnotherReaderCouldReadOtherwise) {
  const std::string post = "POST / HTTP/1.1\r\n" + host;
  for (const std::string &bytes : {
           // The length of the body, twice or in two ways.
           post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
           post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
           post + "Content-Length: 5, 5\r\n\r\nhello",
           post + "Content-Length: +5\r\n\r\nhello",
           post + "Content-Length: -5\r\n\r\nhello",
           post + "Content-Length: 0x5\r\n\r\nhello",
           post + "Content-Length:\r\n\r\nhello",
           post + "Content-Length: 99999999999999999999\r\n\r\nhello",
           post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
                  "\r\n",
           post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n"
                  "\r\n",
           post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"
                  "\r\n\r\n0\r\n\r\n",
           std::string("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "0\r\n\r\n"),
           // Bad chunks.
           post + "Transfer-Encoding: chunked\r\n\r\nx\r\n",
           post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
           post + "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
           // Lines.
           post + "A: b\r\n c\r\n\r\n",
           post + "A: b\r\n\tContent-Length: 5\r\n\r\n",
           post + "A: b\nC: d\r\n\r\n",
           post + "A: b\rC: d\r\n\r\n",
           "GET / HTTP/1.1\n" + host + "\r\n",
           "GET / HTTP/1.1\r\n" + host + "\n",
           post + "Content-Length : 5\r\n\r\nhello",
           post + "A b\r\n\r\n",
           post + std::string("A: b\0c\r\n\r\n", 10),
           // The first line, and the host.
           std::string("GET / HTTP/1.1\r\n\r\n"),
           "GET / HTTP/1.1\r\n" + host + host + "\r\n",
           "GET  / HTTP/1.1 x\r\n" + host + "\r\n",
           "G\x01T / HTTP/1.1\r\n" + host + "\r\n",
           std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9),
       })
    EXPECT_EQ(readAnyhow(bytes), "400\n") << bytes;
  EXPECT_EQ(readAnyhow("GET /\r\n\r\n"), "505\n");
  for (const char *coding : {"gzip", "gzip, chunked", "identity", "xchunked"}) {
    const std::string answer =
        readAnyhow(post + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n");
    EXPECT_TRUE(answer == "501\n" || answer == "400\n") << coding << answer;
  }
}

TEST(RequestReader, HasLimits) {
  Limits limits;
  limits.body = 8;
  limits.head = 200;
  const std::string post = "POST / HTTP/1.1\r\n" + host;
  EXPECT_EQ(readAnyhow(post + "Content-Length: 8\r\n\r\n12345678", limits),
            "POST / [12345678]\n");
  EXPECT_EQ(readAnyhow(post + "Content-Length: 9\r\n\r\n", limits), "413\n");
  EXPECT_EQ(readAnyhow(post + "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n"
                              "4\r\n6789\r\n",
                       limits),
            "413\n");
  EXPECT_EQ(readAnyhow(post + "A: " + std::string(200, 'a'), limits), "431\n");
  EXPECT_EQ(readAnyhow("GET /" + std::string(300, 'a'), limits), "431\n");
  EXPECT_EQ(readAnyhow(std::string(20, '\n'), limits), "400\n");
  EXPECT_EQ(readAnyhow(post + "Authorization: Bearer wrong\r\n"
                              "Content-Length: 3\r\n\r\n"),
            "401\n");
  EXPECT_EQ(read(post + "Content-Length: 4\r\n\r\n1234", 100, {}, 7), "429\n");
}

TEST(RequestReader, SaysWhenTheClientWaits) {
  OpenGate gate;
  Limits limits;
  RequestReader reader(limits, gate);
  const std::string head = "POST / HTTP/1.1\r\n" + host +
                           "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  EXPECT_EQ(reader.read(head), head.size());
  EXPECT_EQ(reader.state(), RequestReader::State::Body);
  EXPECT_TRUE(reader.takeContinue());
  EXPECT_FALSE(reader.takeContinue());
  EXPECT_EQ(reader.read("hi"), 2u);
  EXPECT_EQ(reader.state(), RequestReader::State::Complete);
}

TEST(Request, HasAPathAndHeaders) {
  Request request;
  request.headers = {{"Content-Type", "a"}, {"content-type", "b"}};
  EXPECT_EQ(request.header("CONTENT-TYPE"), "a");
  EXPECT_EQ(request.countOf("Content-Type"), 2);
  EXPECT_EQ(request.header("accept"), "");
  for (auto [target, path] : {std::pair("/embed?x=/y", "/embed"),
                              {"http://h:1/info", "/info"},
                              {"http://h", "/"},
                              {"*", "*"},
                              {"/", "/"}}) {
    request.target = target;
    EXPECT_EQ(request.path(), path);
  }
}

/// However damaged bytes come, they are read as one and the same.
TEST(RequestReader, ReadsMutatedBytesAlikeInAnySteps) {
  const std::string seeds[] = {
      "POST /embed HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\n\r\n"
      "{\"inputs\":1}GET / HTTP/1.1\r\nHost: h\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4\r\nabcd\r\n0\r\n\r\nHEAD /x HTTP/1.1\r\nHost: h\r\n\r\n"};
  std::mt19937 random(11);
  int good = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = seeds[random() % 2];
    for (int edits = random() % 3; edits >= 0; --edits) {
      const size_t place = random() % text.size();
      switch (random() % 3) {
      case 0:
        text[place] = char(random());
        break;
      case 1:
        text.erase(place, 1 + random() % 4);
        break;
      default:
        text.insert(place, 1, "\r\n :;,0aA\t"[random() % 10]);
      }
    }
    const std::string whole = read(text, text.size());
    good += whole.ends_with("]\n");
    EXPECT_EQ(read(text, 1 + random() % 5), whole) << text;
  }
  EXPECT_GT(good, 1000);
}

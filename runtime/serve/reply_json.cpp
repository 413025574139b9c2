//===- reply_json.cpp - Numbers and vectors in answers --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/reply_json.h"

#include "runtime/command/json_text.h"
#include "runtime/command/vector_writer.h"

#include <bit>

using namespace emblem;

static_assert(std::endian::native == std::endian::little);

void serve::appendVector(std::string &json, std::span<const float> vector) {
  json += '[';
  for (size_t i = 0; i < vector.size(); ++i) {
    if (i > 0)
      json += ',';
    command::appendFloat(json, vector[i]);
  }
  json += ']';
}

void serve::appendBase64(std::string &json, std::span<const float> vector) {
  static constexpr char letters[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto *bytes = reinterpret_cast<const unsigned char *>(vector.data());
  const size_t size = vector.size_bytes();
  json += '"';
  for (size_t i = 0; i < size; i += 3) {
    const size_t there = std::min<size_t>(size - i, 3);
    const uint32_t three = uint32_t(bytes[i]) << 16 |
                           (there > 1 ? uint32_t(bytes[i + 1]) << 8 : 0) |
                           (there > 2 ? bytes[i + 2] : 0);
    const char four[] = {letters[three >> 18], letters[three >> 12 & 63],
                         there > 1 ? letters[three >> 6 & 63] : '=',
                         there > 2 ? letters[three & 63] : '='};
    json.append(four, 4);
  }
  json += '"';
}

static void beginMember(std::string &json, const char *name) {
  if (!json.empty() && json.back() != '{')
    json += ',';
  json += '"';
  json += name;
  json += "\":";
}

void serve::appendMember(std::string &json, const char *name, int64_t number) {
  beginMember(json, name);
  json += std::to_string(number);
}

void serve::appendMember(std::string &json, const char *name,
                         const char *text) {
  beginMember(json, name);
  json += text ? command::jsonString(text) : "null";
}

void serve::appendTruth(std::string &json, const char *name, bool truth) {
  beginMember(json, name);
  json += truth ? "true" : "false";
}

//===- reply_json.h - Numbers and vectors in answers ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_REPLY_JSON_H
#define EMBLEM_RUNTIME_SERVE_REPLY_JSON_H

#include <cstdint>
#include <span>
#include <string>

namespace emblem::serve {

/// The bytes that one float takes in an answer, at most.
constexpr size_t floatBytes = 17;

/// "[0.25,-1]", each the shortest decimal that reads back to the same float.
void appendVector(std::string &json, std::span<const float> vector);
/// The floats' bytes, little-endian, in base64 and quotes.
void appendBase64(std::string &json, std::span<const float> vector);
/// "name":7, with a comma before it unless it is the first in its object.
void appendMember(std::string &json, const char *name, int64_t number);
/// "name":"text"; null: "name":null.
void appendMember(std::string &json, const char *name, const char *text);
void appendTruth(std::string &json, const char *name, bool truth);

} // namespace emblem::serve

#endif // EMBLEM_RUNTIME_SERVE_REPLY_JSON_H

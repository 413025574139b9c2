//===- json_members.h - Members of a JSON object by name --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_JSON_JSON_MEMBERS_H
#define EMBLEM_RUNTIME_JSON_JSON_MEMBERS_H

#include "runtime/json/json_reader.h"

namespace emblem::json {

/// The members of one object that a caller knows. Others are skipped, and one
/// of these that is there twice is a problem.
class Members {
public:
  Members(JsonReader &json, std::span<const std::string_view> names)
      : json(json), names(names) {}

  /// The number of the name whose value comes next; -1: there are no more, or
  /// there is a problem.
  int next();
  bool has(int name) const { return seen >> name & 1; }

private:
  JsonReader &json;
  std::span<const std::string_view> names; // at most 32
  uint32_t seen = 0;
};

} // namespace emblem::json

#endif // EMBLEM_RUNTIME_JSON_JSON_MEMBERS_H

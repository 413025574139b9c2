//===- json_members.cpp - Members of a JSON object by name ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/json/json_members.h"

using namespace emblem::json;

int Members::next() {
  std::string_view name;
  while (json.nextMember(name)) {
    size_t which = 0;
    while (which < names.size() && names[which] != name)
      ++which;
    if (which == names.size()) {
      if (!json.skip())
        return -1;
      continue;
    }
    if (has(int(which))) {
      json.refuse("a member is there twice");
      return -1;
    }
    seen |= uint32_t(1) << which;
    return int(which);
  }
  return -1;
}

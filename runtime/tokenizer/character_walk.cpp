//===- character_walk.cpp - From code points to their effects -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/character_walk.h"

#include <algorithm>

// Here once, for each walk would have its own.
void emblem::runtime::sortMarks(Buffer<uint64_t> &marks) {
  std::sort(marks.data(), marks.data() + marks.size());
}

//===- cut_vector.h - Matryoshka: the first components alone ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_CUT_VECTOR_H
#define EMBLEM_RUNTIME_COMMAND_CUT_VECTOR_H

#include "runtime/model/length_one.h"

namespace emblem::command {

/// Scales the first `kept` of `dimension` components to length 1. Where all are
/// kept, and where they are all zero, nothing changes.
inline void cutVector(float *vector, int64_t dimension, int64_t kept) {
  if (kept != dimension)
    runtime::scaleToLengthOne(vector, kept);
}

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_CUT_VECTOR_H

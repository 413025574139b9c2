//===- cut_vector.h - Matryoshka: the first components alone ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_CUT_VECTOR_H
#define EMBLEM_RUNTIME_COMMAND_CUT_VECTOR_H

#include <cmath>
#include <cstdint>

namespace emblem::command {

/// Zero stays.
inline void scaleToLengthOne(float *vector, int64_t dimension) {
  double sum = 0;
  for (int64_t i = 0; i < dimension; ++i)
    sum += static_cast<double>(vector[i]) * vector[i];
  if (sum == 0)
    return;
  double scale = 1 / std::sqrt(sum);
  for (int64_t i = 0; i < dimension; ++i)
    vector[i] *= scale;
}

/// Scales the first `kept` of `dimension` components to length 1. Where all are
/// kept, and where they are all zero, nothing changes.
inline void cutVector(float *vector, int64_t dimension, int64_t kept) {
  if (kept != dimension)
    scaleToLengthOne(vector, kept);
}

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_CUT_VECTOR_H

//===- length_one.h - Vectors of length 1 -----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_MODEL_LENGTH_ONE_H
#define EMBLEM_RUNTIME_MODEL_LENGTH_ONE_H

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace emblem::runtime {

/// As torch.nn.functional.normalize does it; zero stays.
inline void scaleToLengthOne(float *vector, int64_t dimension) {
  double sum = 0;
  for (int64_t i = 0; i < dimension; ++i)
    sum += double(vector[i]) * vector[i];
  const double scale = 1 / std::max(std::sqrt(sum), 1e-12);
  for (int64_t i = 0; i < dimension; ++i)
    vector[i] = float(vector[i] * scale);
}

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_MODEL_LENGTH_ONE_H

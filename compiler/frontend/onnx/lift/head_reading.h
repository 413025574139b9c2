//===- head_reading.h - Heads, read from an example -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ONNX_LIFT_HEAD_READING_H
#define EMBLEM_COMPILER_FRONTEND_ONNX_LIFT_HEAD_READING_H

#include "compiler/frontend/onnx/values/lifted_value.h"

#include <cmath>

namespace emblem::frontend::onnx {

// What has only been scaled is rounded once or twice.
inline constexpr double headTolerance = 5e-7;

/// The example, as [heads, tokens, size], and what it may have been made of:
/// element i of head h and token t, before it was scaled and turned.
struct HeadReading {
  const Tensor &example;
  int64_t heads, length, size;
  std::vector<Turn> &known; // of this graph
  std::function<double(int64_t h, int64_t t, int64_t i)> source = nullptr;
  double scale = 1.0;

  double at(int64_t h, int64_t t, int64_t i) const {
    return example.values[(h * length + t) * size + i];
  }
  bool isScaled(int64_t h, int64_t t) const {
    for (int64_t i = 0; i < size; ++i)
      if (!(std::fabs(at(h, t, i) - scale * source(h, t, i)) <=
            headTolerance * std::fabs(scale)))
        return false;
    return true;
  }
  // The first token is never turned.
  bool startsAlike() const {
    for (int64_t h = 0; h < heads; ++h)
      if (!isScaled(h, 0))
        return false;
    return true;
  }
};

/// By which angles the heads are turned: by those that are known, or else by a
/// formula of a base and a factor, or of a frequency a pair, as Llama 3 and
/// YaRN have it. What it finds is known from then on.
std::optional<Turn> findTurn(const HeadReading &heads);

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FRONTEND_ONNX_LIFT_HEAD_READING_H

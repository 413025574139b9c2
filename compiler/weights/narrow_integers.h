//===- narrow_integers.h - Integers of few bits, and scales -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_WEIGHTS_NARROW_INTEGERS_H
#define EMBLEM_COMPILER_WEIGHTS_NARROW_INTEGERS_H

#include "compiler/files/safetensors.h"
#include "compiler/weights/weight_expression.h"

#include "llvm/ADT/ArrayRef.h"

namespace emblem::frontend {

/// Values of a tensor of integers of up to 32 bits, from element `begin` on.
void readIntegers(const WeightView &view, int64_t begin,
                  llvm::MutableArrayRef<float> values);

/// Integers of `bits` bits from the first of `bytes` on, the lowest bits first.
void unpackIntegers(const char *bytes, int64_t bits,
                    llvm::MutableArrayRef<float> values);

/// Where the scales of a weight's elements lie. `shape` is the weight's.
struct ScalePlaces {
  ScalePlaces(const WeightDerivation::Dequantised &how,
              llvm::ArrayRef<int64_t> shape);

  int64_t indexOf(int64_t row, int64_t column) const {
    if (block == 0)
      return axis == 0 ? row : column;
    return axis == 0 ? row / block * width + column
                     : row * perRow + uint32_t(column) / uint32_t(block);
  }
  /// The first scale of `count` elements from `begin` on, which are whole rows,
  /// and one past the last.
  std::pair<int64_t, int64_t> span(int64_t begin, int64_t count) const;

  int64_t width;  // of a row
  int64_t perRow; // scales, where they are of blocks of a row
  int64_t axis, block;
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_WEIGHTS_NARROW_INTEGERS_H

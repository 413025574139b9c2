//===- pixels.h - The pixels of images, from a file -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EVALUATOR_PIXELS_H
#define EMBLEM_COMPILER_EVALUATOR_PIXELS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace emblem::evaluator {

/// As a model takes them: scaled and shifted.
struct Pixels {
  int64_t images, height, width, channels;
  std::vector<float> values; // [images, height, width, channels]
};

/// A file that numpy wrote (*.npy): float32, four sides, little-endian, in C's
/// order.
llvm::Expected<Pixels> readPixels(llvm::StringRef path);

} // namespace emblem::evaluator

#endif // EMBLEM_COMPILER_EVALUATOR_PIXELS_H

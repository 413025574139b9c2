//===- narrow_numbers.cpp - f32 to bf16, to i8 and to i4 ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/narrow_numbers.h"

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace emblem;

uint16_t codegen::roundToBf16(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  if (std::isnan(value))
    return bits >> 16 | 0x40; // quiet
  // Half of what is cut off, less one where the rest is even.
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

static float widenBf16(uint16_t bits) {
  return llvm::bit_cast<float>(uint32_t(bits) << 16);
}

float codegen::getScale(llvm::ArrayRef<float> row) {
  float largest = 0;
  for (float value : row)
    largest = std::max(largest, std::abs(value));
  return largest / 127;
}

/// A scale so small that its inverse overflows is as good as zero.
static float getInverse(float scale) {
  float inverse = 1 / scale;
  return std::isfinite(inverse) ? inverse : 0;
}

void codegen::quantize(llvm::ArrayRef<float> row, float scale, int8_t *out) {
  float inverse = getInverse(scale);
  for (float value : row)
    *out++ = static_cast<int8_t>(
        std::clamp(std::nearbyint(value * inverse), -127.0f, 127.0f));
}

/// round(x), ties to even, within i4; of a NaN the largest. In the addition the
/// fraction falls off the end: faster than a call of nearbyint.
static float roundToInt4(float x) {
  constexpr float kShift = 0x1.8p23f;
  float within = std::max(-8.0f, std::min(7.0f, x));
  return within + kShift - kShift;
}

float codegen::getInt4Scale(llvm::ArrayRef<float> group) {
  // Where max |w| lands, in units of the scale. Beyond 8 it is cut off, for the
  // others' sake.
  constexpr float kLargest[] = {6.5f, 7, 7.25f, 7.5f, 7.75f, 8, 8.5f, 9};
  float largest = 0;
  for (float value : group)
    largest = std::max(largest, std::abs(value));
  float best = 0, leastError = std::numeric_limits<float>::infinity();
  for (float at : kLargest)
    for (float sign : {1.0f, -1.0f}) {
      float scale = widenBf16(roundToBf16(sign * largest / at));
      float inverse = getInverse(scale), error = 0;
      for (float value : group) {
        float difference = roundToInt4(value * inverse) * scale - value;
        error += difference * difference;
      }
      if (error < leastError) {
        leastError = error;
        best = scale;
      }
    }
  return best;
}

void codegen::quantizeInt4(llvm::ArrayRef<float> group, float scale,
                           int8_t *out) {
  float inverse = getInverse(scale);
  for (float value : group)
    *out++ = static_cast<int8_t>(roundToInt4(value * inverse));
}

//===- narrow_numbers.cpp - f32 to bf16, f16, i8 and i4 -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/narrow_numbers.h"

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace emblem;

uint16_t package::roundToBf16(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  if (std::isnan(value))
    return bits >> 16 | 0x40; // quiet
  // Half of what is cut off, less one where the rest is even.
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

static float widenBf16(uint16_t bits) {
  return llvm::bit_cast<float>(uint32_t(bits) << 16);
}

uint16_t package::roundToF16(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  uint32_t sign = bits >> 16 & 0x8000, rest = bits & 0x7fffffff;
  if (rest > 0x7f800000)
    return sign | 0x7e00; // quiet
  if (rest >= 0x477ff000) // the largest, 65504, and half a step
    return sign | 0x7c00;
  if (rest < 0x38800000) // below 2^-14: steps of 2^-24, which an f32 counts
    return sign |
           (llvm::bit_cast<uint32_t>(llvm::bit_cast<float>(rest) + 0.5f) -
            llvm::bit_cast<uint32_t>(0.5f));
  // Half of what is cut off, less one where the rest is even; the exponent's
  // bias is 15 in place of 127.
  return sign | (rest - (112u << 23) + 0xfff + (rest >> 13 & 1)) >> 13;
}

bool package::isBeyondF16(float value) {
  return std::isfinite(value) && std::abs(value) >= 65520;
}

float package::getScale(llvm::ArrayRef<float> row) {
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

/// Ties to even. In the addition the fraction falls off the end: faster than a
/// call of nearbyint, and the same for all that is less than 2^22.
static float roundWithin(float x, float least, float most) {
  constexpr float kShift = 0x1.8p23f;
  float within = std::max(least, std::min(most, x));
  return within + kShift - kShift;
}

void package::quantize(llvm::ArrayRef<float> row, float scale, int8_t *out) {
  float inverse = getInverse(scale);
  for (float value : row)
    *out++ = static_cast<int8_t>(roundWithin(value * inverse, -127, 127));
}

/// Within i4; of a NaN the largest.
static float roundToInt4(float x) { return roundWithin(x, -8, 7); }

float package::getInt4Scale(llvm::ArrayRef<float> group) {
  // Where max |w| lands, in units of the scale. Beyond 8 it is cut off, for the
  // others' sake.
  constexpr float kLargest[] = {6.5f, 7, 7.25f, 7.5f, 7.75f, 8, 8.5f, 9};
  float largest = 0;
  for (float value : group)
    largest = std::max(largest, std::abs(value));
  // All candidates side by side, which vectors take at once.
  constexpr size_t kCandidates = 2 * std::size(kLargest);
  float scales[kCandidates], inverses[kCandidates], errors[kCandidates] = {};
  for (size_t i = 0; i < kCandidates; ++i) {
    float sign = i % 2 ? -1.0f : 1.0f;
    scales[i] = widenBf16(roundToBf16(sign * largest / kLargest[i / 2]));
    inverses[i] = getInverse(scales[i]);
  }
  for (float value : group)
    for (size_t i = 0; i < kCandidates; ++i) {
      float difference = roundToInt4(value * inverses[i]) * scales[i] - value;
      errors[i] += difference * difference;
    }
  float best = 0, leastError = std::numeric_limits<float>::infinity();
  for (size_t i = 0; i < kCandidates; ++i)
    if (errors[i] < leastError) {
      leastError = errors[i];
      best = scales[i];
    }
  return best;
}

void package::quantizeInt4(llvm::ArrayRef<float> group, float scale,
                           int8_t *out) {
  float inverse = getInverse(scale);
  for (float value : group)
    *out++ = static_cast<int8_t>(roundToInt4(value * inverse));
}

//===- narrow_numbers.cpp - f32 to bf16 and to i8 -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/narrow_numbers.h"

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cmath>

using namespace emblem;

uint16_t codegen::roundToBf16(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  if (std::isnan(value))
    return bits >> 16 | 0x40; // quiet
  // Half of what is cut off, less one where the rest is even.
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

float codegen::getScale(llvm::ArrayRef<float> row) {
  float largest = 0;
  for (float value : row)
    largest = std::max(largest, std::abs(value));
  return largest / 127;
}

void codegen::quantize(llvm::ArrayRef<float> row, float scale, int8_t *out) {
  // A scale so small that its inverse overflows is as good as zero.
  float inverse = 1 / scale;
  if (!std::isfinite(inverse))
    inverse = 0;
  for (float value : row)
    *out++ = static_cast<int8_t>(
        std::clamp(std::nearbyint(value * inverse), -127.0f, 127.0f));
}

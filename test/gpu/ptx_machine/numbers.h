//===- numbers.h - Narrow floating-point numbers ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The formats that registers hold beside float and double, and the rounding of
// a number to any format by PTX's four modes.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_NUMBERS_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_NUMBERS_H

#include <bit>
#include <cmath>
#include <cstdint>

namespace emblem::ptx {

enum class Rounding : uint8_t { Nearest, Zero, Down, Up };

/// A binary format: digits of the fraction and the least exponent of a normal
/// number.
struct FloatFormat {
  int fractionBits, leastExponent, greatestExponent;
};
constexpr FloatFormat kHalf = {10, -14, 15}, kBrain = {7, -126, 127},
                      kSingle = {23, -126, 127};

/// To an integer, by the mode.
double roundToInteger(double value, Rounding mode);

/// To a number of the format; what is too large becomes infinity or, where the
/// mode says so, the greatest number.
double roundTo(double value, FloatFormat format, Rounding mode);

inline float fromBits(uint32_t bits) { return std::bit_cast<float>(bits); }
inline uint32_t toBits(float value) { return std::bit_cast<uint32_t>(value); }

/// bfloat16: the upper half of a float.
struct Brain {
  uint16_t bits = 0;
  Brain() = default;
  explicit Brain(uint16_t bits) : bits(bits) {}
  operator float() const { return fromBits(static_cast<uint32_t>(bits) << 16); }
};

/// IEEE 754's binary16.
struct Half {
  uint16_t bits = 0;
  Half() = default;
  explicit Half(uint16_t bits) : bits(bits) {}
  operator float() const;
};

/// A NaN becomes 0x7fff, as PTX has it.
Brain toBrain(double value, Rounding mode = Rounding::Nearest);
Half toHalf(double value, Rounding mode = Rounding::Nearest);

/// The common case, without a way through double.
inline uint16_t nearestBrainBits(float value) {
  uint32_t bits = toBits(value);
  if ((bits & 0x7fffffff) > 0x7f800000)
    return 0x7fff;
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/// A float without the digits that the tensor cores do not read.
inline float fromTensorFloat(uint32_t bits) {
  return fromBits(bits & 0xffffe000);
}

/// A subnormal becomes a zero of its sign.
inline float flushed(float value) {
  return std::fabs(value) < 0x1p-126f ? std::copysign(0.0f, value) : value;
}

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_NUMBERS_H

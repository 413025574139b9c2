//===- numbers.cpp - Narrow floating-point numbers ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/numbers.h"

#include <algorithm>

namespace emblem::ptx {

double roundToInteger(double value, Rounding mode) {
  switch (mode) {
  case Rounding::Nearest:
    return std::nearbyint(value);
  case Rounding::Zero:
    return std::trunc(value);
  case Rounding::Down:
    return std::floor(value);
  case Rounding::Up:
    return std::ceil(value);
  }
  return value;
}

double roundTo(double value, FloatFormat format, Rounding mode) {
  if (value == 0 || !std::isfinite(value))
    return value;
  int exponent = std::max(std::ilogb(value), format.leastExponent);
  int unit = exponent - format.fractionBits;
  double rounded =
      std::ldexp(roundToInteger(std::ldexp(value, -unit), mode), unit);
  double greatest = std::ldexp(2 - std::ldexp(1.0, -format.fractionBits),
                               format.greatestExponent);
  if (std::fabs(rounded) <= greatest)
    return rounded == 0 ? std::copysign(0.0, value) : rounded;
  bool toInfinity = mode == Rounding::Nearest ||
                    mode == (value > 0 ? Rounding::Up : Rounding::Down);
  return std::copysign(toInfinity ? INFINITY : greatest, value);
}

Half::operator float() const {
  uint32_t sign = static_cast<uint32_t>(bits & 0x8000) << 16;
  int exponent = bits >> 10 & 31;
  uint32_t fraction = bits & 0x3ff;
  if (exponent == 31)
    return fromBits(sign | 0x7f800000 | fraction << 13);
  float magnitude =
      exponent ? std::ldexp(static_cast<float>(1024 + fraction), exponent - 25)
               : std::ldexp(static_cast<float>(fraction), -24);
  return sign ? -magnitude : magnitude;
}

Brain toBrain(double value, Rounding mode) {
  if (std::isnan(value))
    return Brain(0x7fff);
  // Such a number is a float whose lower half is zero.
  float rounded = static_cast<float>(roundTo(value, kBrain, mode));
  return Brain(static_cast<uint16_t>(toBits(rounded) >> 16));
}

Half toHalf(double value, Rounding mode) {
  if (std::isnan(value))
    return Half(0x7fff);
  double rounded = roundTo(value, kHalf, mode);
  uint16_t sign = std::signbit(rounded) ? 0x8000 : 0;
  double magnitude = std::fabs(rounded);
  if (std::isinf(magnitude))
    return Half(sign | 0x7c00);
  if (magnitude < 0x1p-14)
    return Half(sign | static_cast<uint16_t>(std::ldexp(magnitude, 24)));
  int exponent = std::ilogb(magnitude);
  auto fraction =
      static_cast<uint16_t>(std::ldexp(magnitude, 10 - exponent) - 1024);
  return Half(sign | static_cast<uint16_t>((exponent + 15) << 10) | fraction);
}

} // namespace emblem::ptx

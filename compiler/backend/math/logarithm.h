//===- logarithm.h - The logarithm of 1 + f ---------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_MATH_LOGARITHM_H
#define EMBLEM_COMPILER_BACKEND_MATH_LOGARITHM_H

#include <cstdint>
#include <numbers>

namespace emblem {

// log(1 + f) = f - f^2 / 2 + f^3 P(f) for f from sqrt(1/2) - 1 to sqrt(2) - 1;
// relative error 5.9e-9. A minimax fit like those of ../cpu/mlir/expand_math.cpp.
inline constexpr double kLog1p[] = {0.333333317,  -0.250008211, 0.200012269,
                                    -0.166233567, 0.142017562,  -0.131601871,
                                    0.127615931,  -0.076345046};
inline constexpr uint32_t kSqrtHalfBits = 0x3f3504f3; // of sqrt(1/2)

// ln(2) in two parts, the first so short that an exponent times it is exact,
// with or without a fused multiply-add.
inline constexpr double kLn2High = 355.0 / 512;
inline constexpr double kLn2Low = std::numbers::ln2 - kLn2High;

} // namespace emblem

#endif // EMBLEM_COMPILER_BACKEND_MATH_LOGARITHM_H

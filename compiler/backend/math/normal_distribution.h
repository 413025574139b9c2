//===- normal_distribution.h - The standard normal distribution -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_MATH_NORMAL_DISTRIBUTION_H
#define EMBLEM_COMPILER_BACKEND_MATH_NORMAL_DISTRIBUTION_H

namespace emblem {

// The standard normal distribution is 1/2 + x P(x^2) / Q(x^2) for |x| <= 5.25,
// with an error of at most 5e-8 there and of 8e-8 beyond. A minimax fit
// (iteratively reweighted least squares on 8,000 Chebyshev points, in double
// precision): the one with the fewest multiply-adds whose error is no larger
// than f32's own rounding. They fill the units that the matmul before GELU
// fills too; the division has a unit of its own.
inline constexpr double kNormalBound = 5.25;
inline constexpr double kNormalP[] = {0.398940876, 0.0565725512, 0.00601630469,
                                      0.000394239551, 7.23236715e-06};
inline constexpr double kNormalQ[] = {
    1.0,          0.30845575,     0.0415165466,
    0.0031527897, 0.000142774715, 6.03437586e-07};

} // namespace emblem

#endif // EMBLEM_COMPILER_BACKEND_MATH_NORMAL_DISTRIBUTION_H

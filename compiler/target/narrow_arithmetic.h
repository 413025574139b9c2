//===- narrow_arithmetic.h - Products of narrow numbers ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TARGET_NARROW_ARITHMETIC_H
#define EMBLEM_COMPILER_TARGET_NARROW_ARITHMETIC_H

#include <cstdint>

namespace emblem {

/// What a precision may ask of a machine, be it a CPU or a device.
struct NarrowArithmetic {
  bool bf16Dot;           // it multiplies bf16 by bf16, into f32
  bool f16Dot;            // the same of f16
  int64_t integerRowBits; // of rows that are multiplied by weights in i8
};

} // namespace emblem

#endif // EMBLEM_COMPILER_TARGET_NARROW_ARITHMETIC_H

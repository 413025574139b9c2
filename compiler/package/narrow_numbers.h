//===- narrow_numbers.h - f32 to bf16, f16, i8 and i4 -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_PACKAGE_NARROW_NUMBERS_H
#define EMBLEM_COMPILER_PACKAGE_NARROW_NUMBERS_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace emblem::package {

/// The nearest bf16, ties to even; what is beyond the largest is an infinity, a
/// NaN stays one.
uint16_t roundToBf16(float value);

/// The nearest f16, ties to even; what is beyond the largest is an infinity, a
/// NaN stays one.
uint16_t roundToF16(float value);
/// Whether a finite number becomes an infinity there.
bool isBeyondF16(float value);

/// The scale of a row in i8: max |w| / 127.
float getScale(llvm::ArrayRef<float> row);

/// out[k] = round(row[k] / scale), ties to even; zeros where the scale is zero.
void quantize(llvm::ArrayRef<float> row, float scale, int8_t *out);

/// The scale of a group of weights in i4, a bf16: of some near max |w| / 8, of
/// either sign, the one with the least squared error. The larger half of i4's
/// range, -8, thus takes the largest element, whatever its sign.
float getInt4Scale(llvm::ArrayRef<float> group);

/// out[k] = round(group[k] / scale), ties to even, from -8 to 7; zeros where
/// the scale is zero.
void quantizeInt4(llvm::ArrayRef<float> group, float scale, int8_t *out);

} // namespace emblem::package

#endif // EMBLEM_COMPILER_PACKAGE_NARROW_NUMBERS_H

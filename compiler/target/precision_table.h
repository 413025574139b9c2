//===- precision_table.h - The precisions to compile in ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// One row a precision. The bounds are on the cosine between a text's vector in
// this precision and in f32: the worst text's, and the mean over texts.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_PRECISION_TABLE_H
#define EMBLEM_COMPILER_PRECISION_TABLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace emblem {

/// From the finest to the coarsest.
enum class Precision { F32, F16, Bf16, Int8, Int4 };

struct PrecisionInfo {
  Precision precision;
  llvm::StringLiteral name; // as --precision takes it
  llvm::StringLiteral description;
  double minimumCosine, meanCosine; // what emblemc accepts unless told
};

/// Every precision, in the order of the enumeration.
llvm::ArrayRef<PrecisionInfo> allPrecisions();

inline const PrecisionInfo &describe(Precision precision) {
  return allPrecisions()[static_cast<size_t>(precision)];
}

/// The precision of that name. The error for an unknown one lists those known.
llvm::Expected<Precision> findPrecision(llvm::StringRef name);

} // namespace emblem

#endif // EMBLEM_COMPILER_PRECISION_TABLE_H

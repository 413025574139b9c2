//===- feature_bits.h - Features of AArch64 CPUs ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_CPU_AARCH64_FEATURE_BITS_H
#define EMBLEM_RUNTIME_CPU_AARCH64_FEATURE_BITS_H

#include <cstdint>

/// Bits of EmblemModelTable's `cpu_features[0]`: tables of compiled models have
/// them, so a bit keeps its meaning.
enum {
  EMBLEM_CPU_NEON = 1 << 0,    // Advanced SIMD, of f32 and integers
  EMBLEM_CPU_DOTPROD = 1 << 1, // sdot, udot: FEAT_DotProd
  EMBLEM_CPU_I8MM = 1 << 2,    // usdot, smmla: FEAT_I8MM
  EMBLEM_CPU_BF16 = 1 << 3     // bfdot, bfcvtn: FEAT_BF16
};

#endif // EMBLEM_RUNTIME_CPU_AARCH64_FEATURE_BITS_H

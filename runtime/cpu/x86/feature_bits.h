//===- feature_bits.h - Features of x86-64 CPUs -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_CPU_X86_FEATURE_BITS_H
#define EMBLEM_RUNTIME_CPU_X86_FEATURE_BITS_H

#include <cstdint>

/// Bits of EmblemModelTable's `cpu_features[0]`: tables of compiled models have
/// them, so a bit keeps its meaning.
enum {
  EMBLEM_CPU_SSE42 = 1 << 0,    // x86-64-v2, POPCNT and SSSE3 included
  EMBLEM_CPU_AVX2_FMA = 1 << 1, // x86-64-v3: AVX2, FMA, BMI2, F16C
  EMBLEM_CPU_AVX512 = 1 << 2,   // x86-64-v4: F, BW, CD, DQ, VL
  EMBLEM_CPU_AVX512_VNNI = 1 << 3,
  EMBLEM_CPU_AVX512_BF16 = 1 << 4,
  EMBLEM_CPU_AVX_VNNI = 1 << 5,
  EMBLEM_CPU_ZNVER4 = 1 << 6 // the rest of what -march=znver4 may use
};

#endif // EMBLEM_RUNTIME_CPU_X86_FEATURE_BITS_H

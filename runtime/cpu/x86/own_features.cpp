//===- own_features.cpp - Features of an x86-64 CPU -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/own_features.h"

#include "runtime/cpu/x86/feature_bits.h"

#include <cpuid.h>

using namespace emblem::runtime;

namespace {

struct Registers {
  uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

/// All zero where the CPU has no such leaf.
Registers cpuid(uint32_t leaf, uint32_t subleaf) {
  Registers r;
  __get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
}

bool hasAll(uint32_t value, uint32_t bits) { return (value & bits) == bits; }

constexpr uint32_t bit(int n) { return uint32_t(1) << n; }

/// The register state that the operating system saves (XCR0).
uint32_t savedState(const Registers &leaf1) {
  if (!(leaf1.ecx & bit_OSXSAVE))
    return 0;
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

} // namespace

uint64_t emblem::runtime::detectOwnFeatures() {
  const Registers leaf1 = cpuid(1, 0);
  const Registers leaf7 = cpuid(7, 0);
  // Subleaf 1 is valid only where subleaf 0 says that it exists.
  const Registers leaf7b = leaf7.eax >= 1 ? cpuid(7, 1) : Registers();
  const Registers extended = cpuid(0x80000001u, 0);
  const uint32_t saved = savedState(leaf1);
  constexpr uint32_t avxState = 0x6;     // XMM, YMM
  constexpr uint32_t avx512State = 0xe6; // and opmask, ZMM
  constexpr uint32_t lahf = bit(0), lzcnt = bit(5);

  uint64_t features = 0;
  if (!hasAll(leaf1.ecx, bit_SSE3 | bit_SSSE3 | bit_SSE4_1 | bit_SSE4_2 |
                             bit_POPCNT | bit_CMPXCHG16B) ||
      !hasAll(extended.ecx, lahf))
    return features;
  features |= EMBLEM_CPU_SSE42;

  if (!hasAll(leaf1.ecx, bit_AVX | bit_FMA | bit_F16C | bit_MOVBE) ||
      !hasAll(leaf7.ebx, bit_AVX2 | bit_BMI | bit_BMI2) ||
      !hasAll(extended.ecx, lzcnt) || !hasAll(saved, avxState))
    return features;
  features |= EMBLEM_CPU_AVX2_FMA;
  if (leaf7b.eax & bit(4))
    features |= EMBLEM_CPU_AVX_VNNI;

  if (!hasAll(leaf7.ebx, bit_AVX512F | bit_AVX512BW | bit_AVX512CD |
                             bit_AVX512DQ | bit_AVX512VL) ||
      !hasAll(saved, avx512State))
    return features;
  features |= EMBLEM_CPU_AVX512;
  if (leaf7.ecx & bit(11))
    features |= EMBLEM_CPU_AVX512_VNNI;
  if (leaf7b.eax & bit(5))
    features |= EMBLEM_CPU_AVX512_BF16;

  // Only what the code generator may choose by itself: hypervisors often hide
  // the rest. ADX, IFMA, SHA; VBMI, VBMI2, GFNI, VAES, VPCLMULQDQ, BITALG,
  // VPOPCNTDQ; SSE4A, PREFETCHW.
  constexpr uint32_t zen4Ebx = bit(21) | bit(19) | bit(29);
  constexpr uint32_t zen4Ecx =
      bit(1) | bit(6) | bit(8) | bit(9) | bit(10) | bit(12) | bit(14);
  constexpr uint32_t zen4Extended = bit(6) | bit(8);
  if (hasAll(leaf1.ecx, bit_AES | bit_PCLMUL) && hasAll(leaf7.ebx, zen4Ebx) &&
      hasAll(leaf7.ecx, zen4Ecx) && hasAll(extended.ecx, zen4Extended))
    features |= EMBLEM_CPU_ZNVER4;
  return features;
}

static constexpr FeatureName names[] = {
    {EMBLEM_CPU_SSE42, "SSE4.2"},
    {EMBLEM_CPU_AVX2_FMA, "AVX2 with FMA"},
    {EMBLEM_CPU_AVX512, "AVX-512"},
    {EMBLEM_CPU_AVX512_VNNI, "AVX-512 VNNI"},
    {EMBLEM_CPU_AVX512_BF16, "AVX-512 BF16"},
    {EMBLEM_CPU_AVX_VNNI, "AVX-VNNI"},
    {EMBLEM_CPU_ZNVER4, "the rest of Zen 4's instructions"},
};

constinit const std::span<const FeatureName> emblem::runtime::ownFeatureNames =
    names;

const char *emblem::runtime::bestOwnTarget(uint64_t features) {
  if (features & EMBLEM_CPU_AVX512)
    return "x86-64-v4";
  if (features & EMBLEM_CPU_AVX2_FMA)
    return "x86-64-v3";
  if (features & EMBLEM_CPU_SSE42)
    return "x86-64-v2";
  return nullptr;
}

//===- cpu_features.cpp - What this CPU can run ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/cpu_features.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

using namespace emblem::runtime;

#if defined(__x86_64__)
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

uint64_t detect() {
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

} // namespace
#else
static uint64_t detect() { return 0; }
#endif

const char *emblem::runtime::architectureName(int32_t architecture) {
  switch (architecture) {
  case EMBLEM_X86_64:
    return "x86-64";
  case EMBLEM_AARCH64:
    return "AArch64";
  default:
    return "an architecture that this runtime does not know";
  }
}

uint64_t emblem::runtime::detectCpuFeatures() {
  // Under a hypervisor CPUID takes microseconds.
  constexpr uint64_t unknown = ~uint64_t(0);
  static std::atomic<uint64_t> detected{unknown};
  uint64_t features = detected.load(std::memory_order_relaxed);
  if (features == unknown) {
    features = detect();
    detected.store(features, std::memory_order_relaxed);
  }
  if (const char *mask = std::getenv("EMBLEM_TEST_CPU"))
    features &= std::strtoull(mask, nullptr, 0);
  return features;
}

namespace {

struct FeatureName {
  uint64_t bit;
  const char *name;
};

constexpr FeatureName featureNames[] = {
    {EMBLEM_CPU_SSE42, "SSE4.2"},
    {EMBLEM_CPU_AVX2_FMA, "AVX2 with FMA"},
    {EMBLEM_CPU_AVX512, "AVX-512"},
    {EMBLEM_CPU_AVX512_VNNI, "AVX-512 VNNI"},
    {EMBLEM_CPU_AVX512_BF16, "AVX-512 BF16"},
    {EMBLEM_CPU_AVX_VNNI, "AVX-VNNI"},
    {EMBLEM_CPU_ZNVER4, "the rest of Zen 4's instructions"},
};

/// The most that a portable target may use here, or null.
const char *bestTarget(uint64_t present) {
  if (present & EMBLEM_CPU_AVX512)
    return "x86-64-v4";
  if (present & EMBLEM_CPU_AVX2_FMA)
    return "x86-64-v3";
  if (present & EMBLEM_CPU_SSE42)
    return "x86-64-v2";
  return nullptr;
}

} // namespace

bool emblem::runtime::describeMissingCpuFeatures(uint64_t needed,
                                                 uint64_t present,
                                                 const char *target,
                                                 char *sentence, size_t size) {
  uint64_t missing = needed & ~present;
  if (missing == 0)
    return false;

  char list[256] = "";
  size_t used = 0;
  auto add = [&](const char *name, bool last) {
    int n = std::snprintf(list + used, sizeof(list) - used, "%s%s",
                          used == 0 ? "" : (last ? " and " : ", "), name);
    used += n < 0 ? 0 : size_t(n);
    used = used < sizeof(list) ? used : sizeof(list) - 1;
  };
  for (const FeatureName &feature : featureNames) {
    if (!(missing & feature.bit))
      continue;
    missing &= ~feature.bit;
    add(feature.name, missing == 0);
  }
  if (missing != 0)
    add("a feature that this runtime does not know", true);

  const char *best = bestTarget(present);
  std::snprintf(sentence, size,
                "this program was compiled for %s and needs %s, which this CPU "
                "does not have%s%s",
                target, list, best ? "; compile with --target=" : "",
                best ? best : "");
  return true;
}

//===- hwcap.h - Features of an AArch64 CPU, as Linux says them -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_CPU_AARCH64_HWCAP_H
#define EMBLEM_RUNTIME_CPU_AARCH64_HWCAP_H

#include "runtime/cpu/aarch64/feature_bits.h"

namespace emblem::runtime {

/// The EMBLEM_CPU_... bits of a process whose auxiliary vector has these words
/// as AT_HWCAP and AT_HWCAP2. Linux names their bits in asm/hwcap.h
/// (HWCAP_ASIMD, HWCAP_ASIMDDP, HWCAP2_I8MM, HWCAP2_BF16).
constexpr uint64_t featuresOf(uint64_t hwcap, uint64_t hwcap2) {
  auto has = [](uint64_t word, int bit) { return (word >> bit & 1) != 0; };
  uint64_t features = 0;
  if (!has(hwcap, 1))
    return features;
  features |= EMBLEM_CPU_NEON;
  if (has(hwcap, 20))
    features |= EMBLEM_CPU_DOTPROD;
  if (has(hwcap2, 13))
    features |= EMBLEM_CPU_I8MM;
  if (has(hwcap2, 14))
    features |= EMBLEM_CPU_BF16;
  return features;
}

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_CPU_AARCH64_HWCAP_H

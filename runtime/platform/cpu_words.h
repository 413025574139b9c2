//===- cpu_words.h - The system's words on the CPU --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_CPU_WORDS_H
#define EMBLEM_RUNTIME_PLATFORM_CPU_WORDS_H

#include <cstdint>

namespace emblem::platform {

/// Bits that say what the CPU has and programs may use, for architectures whose
/// CPUs do not say it to programs themselves. On Linux AT_HWCAP and AT_HWCAP2.
struct CpuWords {
  uint64_t first, second;
};
CpuWords readCpuWords();

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_CPU_WORDS_H

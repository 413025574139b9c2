//===- machine_peak.h - The machine's peak of arithmetic --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_BENCHMARK_MACHINE_PEAK_H
#define EMBLEM_TEST_BENCHMARK_MACHINE_PEAK_H

#include <string_view>

namespace emblem::benchmark {

/// The instruction that sets the pace in each precision, widest first.
struct PeakInstruction {
  const char *name;        // "vfmadd231ps zmm"
  const char *precision;   // "f32", "bf16" or "int8"
  bool avx512;             // not counted where a program keeps to AVX2
  bool (*supported)();     // whether this machine has it
  void (*run)(long count); // `count` rounds of `operations`
  double operations;       // additions and multiplications a round
};

/// The widest instruction of `precision` that this machine has, or null. With
/// `avx2`, none that needs AVX-512.
const PeakInstruction *findPeakInstruction(std::string_view precision,
                                           bool avx2 = false);

/// Operations a second when `threads` threads do nothing else: the best of
/// several rounds of some 10 ms.
double measurePeak(const PeakInstruction &instruction, int threads = 1);

} // namespace emblem::benchmark

#endif // EMBLEM_TEST_BENCHMARK_MACHINE_PEAK_H

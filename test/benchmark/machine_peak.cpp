//===- machine_peak.cpp - The machine's peak of arithmetic ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each instruction runs on twelve registers in turn: more than its latency
// needs, so that only its throughput counts, and few enough for AVX2's sixteen.
// Compile it with -O2 or more: else the registers are spilled in every round.
//
//===----------------------------------------------------------------------===//

#include "machine_peak.h"

#ifndef __OPTIMIZE__
#error "without optimisation this would measure memory, not arithmetic"
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <immintrin.h>
#include <thread>
#include <vector>

using namespace emblem::benchmark;

namespace {

constexpr int chains = 12;

// Volatile asm, for a compiler would see through a sum of zeros. The operands
// are zeros: no denormals, and no sum that grows.
#define EMBLEM_PEAK(function, isa, vector, instruction)                        \
  __attribute__((target(isa))) void function(long count) {                     \
    vector sums[chains] = {}, factor = {};                                     \
    for (; count > 0; --count)                                                 \
      _Pragma("GCC unroll 12") for (vector &sum : sums) asm volatile(          \
          instruction " %1, %1, %0" : "+v"(sum) : "v"(factor));                \
  }

EMBLEM_PEAK(fma512, "avx512f", __m512, "vfmadd231ps")
EMBLEM_PEAK(fma256, "avx2,fma", __m256, "vfmadd231ps")
EMBLEM_PEAK(bf16Dot512, "avx512f,avx512bf16", __m512, "vdpbf16ps")
EMBLEM_PEAK(byteDot512, "avx512f,avx512vnni", __m512i, "vpdpbusd")
EMBLEM_PEAK(byteDot256, "avx2,avxvnni", __m256i, "%{vex%} vpdpbusd")

/// Without a dot product of bytes: two products of i16, then their sum.
__attribute__((target("avx2"))) void wordDot256(long count) {
  __m256i sums[chains] = {}, factor = {};
  for (; count > 0; --count)
#pragma GCC unroll 12
    for (__m256i &sum : sums) {
      __m256i products;
      asm volatile("vpmaddwd %2, %2, %1\n\tvpaddd %1, %0, %0"
                   : "+v"(sum), "=&v"(products)
                   : "v"(factor));
    }
}

#define EMBLEM_HAS(feature) [] { return __builtin_cpu_supports(feature) > 0; }

/// A round's operations: each lane multiplies and adds `products` times.
constexpr double operations(int lanes, int products) {
  return 2.0 * chains * lanes * products;
}

// clang-format off
constexpr PeakInstruction instructions[] = {
    {"vfmadd231ps zmm",     "f32",  true,  EMBLEM_HAS("avx512f"),    fma512,     operations(16, 1)},
    {"vfmadd231ps ymm",     "f32",  false, EMBLEM_HAS("fma"),        fma256,     operations(8, 1)},
    {"vdpbf16ps zmm",       "bf16", true,  EMBLEM_HAS("avx512bf16"), bf16Dot512, operations(16, 2)},
    // Without a dot product of bf16 it is widened and multiplied as f32.
    {"vfmadd231ps ymm",     "bf16", false, EMBLEM_HAS("fma"),        fma256,     operations(8, 1)},
    {"vpdpbusd zmm",        "int8", true,  EMBLEM_HAS("avx512vnni"), byteDot512, operations(16, 4)},
    {"vpdpbusd ymm",        "int8", false, EMBLEM_HAS("avxvnni"),    byteDot256, operations(8, 4)},
    {"vpmaddwd+vpaddd ymm", "int8", false, EMBLEM_HAS("avx2"),       wordDot256, operations(8, 2)},
};
// clang-format on

} // namespace

const PeakInstruction *
emblem::benchmark::findPeakInstruction(std::string_view precision, bool avx2) {
  for (const PeakInstruction &instruction : instructions)
    if (instruction.precision == precision && !(avx2 && instruction.avx512) &&
        instruction.supported())
      return &instruction;
  return nullptr;
}

/// Seconds from when all threads stand ready to when the last one is done.
static double timeRound(const PeakInstruction &instruction, int threads,
                        long count) {
  using Clock = std::chrono::steady_clock;
  std::atomic<int> ready{0};
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i)
    others.emplace_back([&] {
      ++ready;
      while (ready < threads)
        ;
      instruction.run(count);
    });
  ++ready;
  while (ready < threads)
    ;
  Clock::time_point start = Clock::now();
  instruction.run(count);
  for (std::thread &other : others)
    other.join();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double emblem::benchmark::measurePeak(const PeakInstruction &instruction,
                                      int threads) {
  constexpr double target = 10e-3;
  long count = 1000;
  double seconds = timeRound(instruction, 1, count);
  while (seconds < target) {
    count *= 2;
    seconds = timeRound(instruction, 1, count);
  }
  double best = seconds;
  for (int round = 0; round < 15; ++round) {
    seconds = timeRound(instruction, threads, count);
    best = round == 0 ? seconds : std::min(best, seconds);
  }
  return threads * count * instruction.operations / best;
}

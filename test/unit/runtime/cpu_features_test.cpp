//===- cpu_features_test.cpp - This CPU's features ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/cpu_features.h"
#include "runtime/cpu/x86/feature_bits.h"

#include "emblem/model_table.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>

using namespace emblem::runtime;

static std::string missing(uint64_t needed, uint64_t present) {
  char sentence[512] = "";
  const bool any = describeMissingCpuFeatures(needed, present, "znver4",
                                              sentence, sizeof(sentence));
  EXPECT_EQ(any, sentence[0] != 0);
  return sentence;
}

TEST(CpuFeatures, NothingMissing) {
  EXPECT_EQ(missing(0, 0), "");
  EXPECT_EQ(missing(EMBLEM_CPU_SSE42, EMBLEM_CPU_SSE42 | EMBLEM_CPU_AVX512),
            "");
}

TEST(CpuFeatures, NamesWhatIsMissingAndATargetThatRuns) {
  const uint64_t v3 = EMBLEM_CPU_SSE42 | EMBLEM_CPU_AVX2_FMA;
  EXPECT_EQ(missing(v3 | EMBLEM_CPU_AVX512_VNNI, v3),
            "this program was compiled for znver4 and needs AVX-512 VNNI, "
            "which this CPU does not have; compile with --target=x86-64-v3");
  EXPECT_EQ(missing(v3 | EMBLEM_CPU_AVX512 | EMBLEM_CPU_AVX512_BF16,
                    EMBLEM_CPU_SSE42),
            "this program was compiled for znver4 and needs AVX2 with FMA, "
            "AVX-512 and AVX-512 BF16, which this CPU does not have; compile "
            "with --target=x86-64-v2");
}

TEST(CpuFeatures, SuggestsNoTargetWhereNoneRuns) {
  EXPECT_EQ(missing(EMBLEM_CPU_SSE42, 0),
            "this program was compiled for znver4 and needs SSE4.2, which this "
            "CPU does not have");
}

TEST(CpuFeatures, ABitOfALaterRuntimeIsMissing) {
  EXPECT_NE(missing(uint64_t(1) << 40, EMBLEM_CPU_SSE42)
                .find("a feature that this runtime does not know"),
            std::string::npos);
}

TEST(CpuFeatures, TheVariableTakesAwayAndNeverAdds) {
  const uint64_t all = detectCpuFeatures();
  setenv("EMBLEM_TEST_CPU", "0x1", 1);
  EXPECT_EQ(detectCpuFeatures(), all & 1);
  setenv("EMBLEM_TEST_CPU", "0xffffffffffffffff", 1);
  EXPECT_EQ(detectCpuFeatures(), all);
  unsetenv("EMBLEM_TEST_CPU");
}

#if defined(__x86_64__)
TEST(CpuFeatures, AgreesWithTheCompilersOwnDetection) {
  const uint64_t features = detectCpuFeatures();
  EXPECT_EQ((features & EMBLEM_CPU_SSE42) != 0,
            __builtin_cpu_supports("x86-64-v2") != 0);
  EXPECT_EQ((features & EMBLEM_CPU_AVX2_FMA) != 0,
            __builtin_cpu_supports("x86-64-v3") != 0);
  EXPECT_EQ((features & EMBLEM_CPU_AVX512) != 0,
            __builtin_cpu_supports("x86-64-v4") != 0);
  EXPECT_EQ((features & EMBLEM_CPU_AVX512_VNNI) != 0,
            __builtin_cpu_supports("avx512vnni") != 0);
  EXPECT_EQ((features & EMBLEM_CPU_AVX512_BF16) != 0,
            __builtin_cpu_supports("avx512bf16") != 0);
}
#endif

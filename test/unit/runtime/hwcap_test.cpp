//===- hwcap_test.cpp - Features of AArch64 CPUs, as Linux says them ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/aarch64/hwcap.h"

#include <gtest/gtest.h>

using namespace emblem::runtime;

namespace {
/// AT_HWCAP and AT_HWCAP2 of a machine, in LD_SHOW_AUXV=1's output.
struct Machine {
  const char *name;
  uint64_t hwcap, hwcap2, features;
};
} // namespace

static constexpr uint64_t neon = EMBLEM_CPU_NEON;
static constexpr uint64_t dotprod = neon | EMBLEM_CPU_DOTPROD;
static constexpr uint64_t all = dotprod | EMBLEM_CPU_I8MM | EMBLEM_CPU_BF16;

static constexpr Machine machines[] = {
    {"Cortex-A72 (Raspberry Pi 4, no cryptography)", 0x887, 0, neon},
    {"Cortex-A57 of QEMU", 0x8fb, 0, neon},
    {"A64FX of QEMU", 0x415ffb, 0, neon},
    {"Cortex-A76 and Neoverse N1 of QEMU", 0x119ffb, 0, dotprod},
    {"Graviton 2", 0x10119fff, 0, dotprod},
    {"Graviton 3", 0xdfffffff, 0x1f201, all},
    {"max of QEMU 7.2", 0xecfffffb, 0x7f877fff, all},
};

TEST(Hwcap, HasTheFeaturesOfEachMachine) {
  for (const Machine &machine : machines)
    EXPECT_EQ(featuresOf(machine.hwcap, machine.hwcap2), machine.features)
        << machine.name;
}

TEST(Hwcap, NothingCountsWithoutNeon) {
  EXPECT_EQ(featuresOf(uint64_t(1) << 20, ~uint64_t(0)), 0u);
}

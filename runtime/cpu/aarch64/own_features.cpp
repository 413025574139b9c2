//===- own_features.cpp - Features of an AArch64 CPU ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/own_features.h"

#include "runtime/cpu/aarch64/hwcap.h"
#include "runtime/platform/cpu_words.h"

using namespace emblem::runtime;

uint64_t emblem::runtime::detectOwnFeatures() {
  const emblem::platform::CpuWords words = emblem::platform::readCpuWords();
  return featuresOf(words.first, words.second);
}

static constexpr FeatureName names[] = {
    {EMBLEM_CPU_NEON, "NEON"},
    {EMBLEM_CPU_DOTPROD, "dot products (dotprod)"},
    {EMBLEM_CPU_I8MM, "products of matrices of int8 (i8mm)"},
    {EMBLEM_CPU_BF16, "bf16"},
};

constinit const std::span<const FeatureName> emblem::runtime::ownFeatureNames =
    names;

const char *emblem::runtime::bestOwnTarget(uint64_t features) {
  constexpr uint64_t v86 =
      EMBLEM_CPU_DOTPROD | EMBLEM_CPU_I8MM | EMBLEM_CPU_BF16;
  if ((features & v86) == v86)
    return "aarch64-v8.6";
  if (features & EMBLEM_CPU_DOTPROD)
    return "aarch64-v8.2-dotprod";
  return features & EMBLEM_CPU_NEON ? "aarch64" : nullptr;
}

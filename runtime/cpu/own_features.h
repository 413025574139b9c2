//===- own_features.h - The own architecture's features ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_CPU_OWN_FEATURES_H
#define EMBLEM_RUNTIME_CPU_OWN_FEATURES_H

#include <cstdint>
#include <span>

namespace emblem::runtime {

// What a folder of runtime/cpu defines of its architecture, for cpu_features.h.

struct FeatureName {
  uint64_t bit;
  const char *name;
};

/// All bits, in the order in which sentences name them.
extern const std::span<const FeatureName> ownFeatureNames;

/// Asks the CPU and the operating system.
uint64_t detectOwnFeatures();

/// The most that a portable target may use where there are `features`, or null.
const char *bestOwnTarget(uint64_t features);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_CPU_OWN_FEATURES_H

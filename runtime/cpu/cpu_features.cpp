//===- cpu_features.cpp - This CPU's features -----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/cpu_features.h"

#include "runtime/cpu/own_features.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <iterator>

using namespace emblem::runtime;

const char *emblem::runtime::architectureName(int32_t architecture) {
  static constexpr const char *names[] = EMBLEM_ARCHITECTURE_NAMES;
  if (architecture >= 1 && architecture < int32_t(std::size(names)))
    return names[architecture];
  return "an architecture that this runtime does not know";
}

uint64_t emblem::runtime::detectCpuFeatures() {
  // Asking may take microseconds.
  constexpr uint64_t unknown = ~uint64_t(0);
  static std::atomic<uint64_t> detected{unknown};
  uint64_t features = detected.load(std::memory_order_relaxed);
  if (features == unknown) {
    features = detectOwnFeatures();
    detected.store(features, std::memory_order_relaxed);
  }
  if (const char *mask = std::getenv("EMBLEM_TEST_CPU"))
    features &= std::strtoull(mask, nullptr, 0);
  return features;
}

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
  for (const FeatureName &feature : ownFeatureNames) {
    if (!(missing & feature.bit))
      continue;
    missing &= ~feature.bit;
    add(feature.name, missing == 0);
  }
  if (missing != 0)
    add("a feature that this runtime does not know", true);

  const char *best = bestOwnTarget(present);
  std::snprintf(sentence, size,
                "this program was compiled for %s and needs %s, which this CPU "
                "does not have%s%s",
                target, list, best ? "; compile with --target=" : "",
                best ? best : "");
  return true;
}

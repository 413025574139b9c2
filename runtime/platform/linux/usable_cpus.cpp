//===- usable_cpus.cpp - The number of usable CPUs ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/usable_cpus.h"

#include "runtime/platform/linux/cgroup_quota.h"

#include <climits>
#include <sched.h>

using namespace emblem::platform;

static constexpr int bitsPerWord = sizeof(unsigned long) * CHAR_BIT;

AffinityMask AffinityMask::ofThisThread() {
  AffinityMask mask;
  // The kernel counts in words, however large cpu_set_t is.
  if (sched_getaffinity(0, sizeof(mask.bits),
                        reinterpret_cast<cpu_set_t *>(mask.bits)) != 0)
    mask.bits[0] = 1;
  return mask;
}

int AffinityMask::count() const {
  int total = 0;
  for (unsigned long word : bits)
    total += __builtin_popcountl(word);
  return total;
}

int AffinityMask::cpu(int index) const {
  const int total = count();
  int left = total == 0 ? 0 : index % total;
  for (int cpu = 0; cpu < words * bitsPerWord; ++cpu)
    if (bits[cpu / bitsPerWord] >> (cpu % bitsPerWord) & 1 && left-- == 0)
      return cpu;
  return 0;
}

int emblem::platform::usableCpus(int affinityCpus, const char *root) {
  const double quota = cgroupCpuQuota(root);
  if (quota < affinityCpus) {
    const int whole = int(quota);
    affinityCpus = whole < quota ? whole + 1 : whole;
  }
  return affinityCpus < 1 ? 1 : affinityCpus;
}

int emblem::platform::usableCpus() {
  return usableCpus(AffinityMask::ofThisThread().count(), "");
}

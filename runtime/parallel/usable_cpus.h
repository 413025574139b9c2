//===- usable_cpus.h - How many threads may really run at once --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PARALLEL_USABLE_CPUS_H
#define EMBLEM_RUNTIME_PARALLEL_USABLE_CPUS_H

namespace emblem::runtime {

/// The CPUs that the calling thread may run on.
struct AffinityMask {
  static constexpr int words = 128;
  unsigned long bits[words] = {}; // 8192 CPUs

  static AffinityMask ofThisThread();
  int count() const;
  /// The number of the `index`-th CPU of the mask, counted round and round.
  int cpu(int index) const;
};

/// The smaller of `affinityCpus` and the control groups' quota below `root`
/// (cgroup_quota.h), rounded up; at least 1.
int usableCpus(int affinityCpus, const char *root);

/// The same for this process on this machine.
int usableCpus();

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_PARALLEL_USABLE_CPUS_H

//===- usable_cpus.h - The number of usable CPUs ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_USABLE_CPUS_H
#define EMBLEM_RUNTIME_PLATFORM_USABLE_CPUS_H

namespace emblem::platform {

/// The CPUs that the calling thread may run on.
struct AffinityMask {
  static constexpr int words = 128;
  unsigned long bits[words] = {}; // 8192 CPUs

  static AffinityMask ofThisThread();
  int count() const;
  /// The number of the `index`-th CPU of the mask, counted round and round.
  int cpu(int index) const;
};

/// How many CPUs this process may keep busy: those of the calling thread's
/// mask, or fewer where a container has a limit; at least 1.
int usableCpus();

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_USABLE_CPUS_H

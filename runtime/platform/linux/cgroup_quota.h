//===- cgroup_quota.h - The CPU time a container may use --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_LINUX_CGROUP_QUOTA_H
#define EMBLEM_RUNTIME_PLATFORM_LINUX_CGROUP_QUOTA_H

namespace emblem::platform {

/// CPUs that the process's control groups let it use at once: the smallest
/// quota / period of its own group and all groups above it, in version 1
/// (cpu.cfs_quota_us) and version 2 (cpu.max). Infinity where there is no
/// limit. `root` stands before every path that is read: "" is the machine
/// itself.
double cgroupCpuQuota(const char *root);

/// The smaller of `affinityCpus` and that quota, rounded up; at least 1.
int usableCpus(int affinityCpus, const char *root);

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_LINUX_CGROUP_QUOTA_H

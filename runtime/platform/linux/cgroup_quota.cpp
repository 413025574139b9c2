//===- cgroup_quota.cpp - The CPU time a container may use ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// /proc/self/cgroup says which group the process is in, as a path inside its
// hierarchy; /proc/self/mountinfo says where that hierarchy, or a subtree of it
// (in a container), is mounted. Both formats: proc(5), cgroups(7).
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/linux/cgroup_quota.h"

#include "runtime/platform/linux/proc_file.h"

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

using namespace emblem::platform;

namespace {

constexpr double noLimit = std::numeric_limits<double>::infinity();

/// Where a hierarchy is mounted, and the process's group in it.
struct Hierarchy {
  Hierarchy() { mountPoint[0] = mountRoot[0] = group[0] = 0; }
  char mountPoint[PATH_MAX];
  char mountRoot[PATH_MAX]; // the group that the mount point shows
  char group[PATH_MAX];
  bool mounted() const { return mountPoint[0] != 0; }
};

/// Whether `word` is one of the comma-separated `list`.
bool listHas(const char *list, const char *word) {
  const size_t length = std::strlen(word);
  for (const char *at = list; at; at = std::strchr(at, ',')) {
    if (*at == ',')
      ++at;
    if (std::strncmp(at, word, length) == 0 &&
        (at[length] == ',' || at[length] == 0))
      return true;
  }
  return false;
}

void copyPath(char (&to)[PATH_MAX], const char *from) {
  std::snprintf(to, sizeof(to), "%s", from);
}

/// mountinfo writes a space as \040, and so for tab, newline and backslash.
void unescape(char *path) {
  char *out = path;
  for (const char *in = path; *in; ++out) {
    if (in[0] == '\\' && in[1] >= '0' && in[1] <= '3' && in[2] && in[3]) {
      *out = char((in[1] - '0') * 64 + (in[2] - '0') * 8 + (in[3] - '0'));
      in += 4;
    } else {
      *out = *in++;
    }
  }
  *out = 0;
}

/// "36 35 98:0 /root /mount/point rw - cgroup cgroup rw,cpu,cpuacct": fields
/// four and five, and after the lone dash the type, the source, the options.
void readMountLine(char *line, Hierarchy &v1, Hierarchy &v2) {
  char *tail = std::strstr(line, " - ");
  if (!tail)
    return;
  *tail = 0;
  char *rest = nullptr;
  const char *type = strtok_r(tail + 3, " ", &rest);
  strtok_r(nullptr, " ", &rest); // the source
  const char *options = strtok_r(nullptr, " ", &rest);
  Hierarchy *hierarchy = nullptr;
  if (type && std::strcmp(type, "cgroup2") == 0)
    hierarchy = &v2;
  else if (type && std::strcmp(type, "cgroup") == 0 && options &&
           listHas(options, "cpu"))
    hierarchy = &v1;
  if (!hierarchy || hierarchy->mounted())
    return;

  strtok_r(line, " ", &rest);
  for (int skipped = 0; skipped < 2; ++skipped)
    strtok_r(nullptr, " ", &rest);
  char *mountRoot = strtok_r(nullptr, " ", &rest);
  char *mountPoint = strtok_r(nullptr, " ", &rest);
  if (!mountRoot || !mountPoint)
    return;
  unescape(mountRoot);
  unescape(mountPoint);
  copyPath(hierarchy->mountRoot, mountRoot);
  copyPath(hierarchy->mountPoint, mountPoint);
}

/// "4:cpu,cpuacct:/docker/1234" in version 1, "0::/docker/1234" in version 2.
void readGroupLine(char *line, Hierarchy &v1, Hierarchy &v2) {
  char *controllers = std::strchr(line, ':');
  char *group = controllers ? std::strchr(controllers + 1, ':') : nullptr;
  if (!group)
    return;
  *group++ = 0;
  ++controllers;
  if (*controllers == 0)
    copyPath(v2.group, group);
  else if (listHas(controllers, "cpu"))
    copyPath(v1.group, group);
}

bool readFirstLine(const char *path, char *line, size_t size) {
  ProcFile file(path);
  return file.next(line, size);
}

double ratio(const char *quota, const char *period) {
  const double time = std::atof(quota), of = std::atof(period);
  return time > 0 && of > 0 ? time / of : noLimit;
}

double quotaV1(const char *folder) {
  char path[PATH_MAX + 32], quota[64], period[64];
  std::snprintf(path, sizeof(path), "%s/cpu.cfs_quota_us", folder);
  if (!readFirstLine(path, quota, sizeof(quota)))
    return noLimit;
  std::snprintf(path, sizeof(path), "%s/cpu.cfs_period_us", folder);
  if (!readFirstLine(path, period, sizeof(period)))
    return noLimit;
  return ratio(quota, period); // -1: no limit
}

double quotaV2(const char *folder) {
  char path[PATH_MAX + 32], line[128];
  std::snprintf(path, sizeof(path), "%s/cpu.max", folder);
  if (!readFirstLine(path, line, sizeof(line)))
    return noLimit;
  const char *period = std::strchr(line, ' ');
  return period ? ratio(line, period) : noLimit; // "max 100000": no limit
}

/// `group` as seen from `mountRoot`: "" where it is not below it, as when the
/// container sees its own group only.
const char *groupBelow(const char *group, const char *mountRoot) {
  const size_t length = std::strlen(mountRoot);
  if (std::strcmp(mountRoot, "/") == 0)
    return std::strncmp(group, "/..", 3) == 0 ? "" : group;
  if (std::strncmp(group, mountRoot, length) == 0 &&
      (group[length] == '/' || group[length] == 0))
    return group + length;
  return "";
}

/// The smallest limit from the process's group up to the mount point.
double smallestQuota(const char *root, const Hierarchy &hierarchy,
                     double (*quotaOf)(const char *folder)) {
  if (!hierarchy.mounted())
    return noLimit;
  char folder[PATH_MAX];
  const int base =
      std::snprintf(folder, sizeof(folder), "%s%s", root, hierarchy.mountPoint);
  if (base < 0 || size_t(base) >= sizeof(folder))
    return noLimit;
  const int below =
      std::snprintf(folder + base, sizeof(folder) - size_t(base), "%s",
                    groupBelow(hierarchy.group, hierarchy.mountRoot));
  if (below < 0 || size_t(base + below) >= sizeof(folder))
    folder[base] = 0; // too deep to name: the top's limit at least

  double smallest = noLimit;
  while (true) {
    const double quota = quotaOf(folder);
    smallest = quota < smallest ? quota : smallest;
    char *slash = std::strrchr(folder + base, '/');
    if (!slash)
      return smallest;
    *slash = 0;
  }
}

} // namespace

double emblem::platform::cgroupCpuQuota(const char *root) {
  Hierarchy v1, v2;
  char path[PATH_MAX], line[2 * PATH_MAX];

  std::snprintf(path, sizeof(path), "%s/proc/self/mountinfo", root);
  for (ProcFile file(path); file.next(line, sizeof(line));)
    readMountLine(line, v1, v2);
  std::snprintf(path, sizeof(path), "%s/proc/self/cgroup", root);
  for (ProcFile file(path); file.next(line, sizeof(line));)
    readGroupLine(line, v1, v2);

  const double first = smallestQuota(root, v1, quotaV1);
  const double second = smallestQuota(root, v2, quotaV2);
  return first < second ? first : second;
}

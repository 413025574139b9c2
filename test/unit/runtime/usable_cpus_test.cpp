//===- usable_cpus_test.cpp - The number of usable CPUs -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/usable_cpus.h"

#include "runtime/platform/linux/cgroup_quota.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <string>

using namespace emblem::platform;

namespace {

/// A folder that stands for "/".
class FakeRoot : public testing::Test {
protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/emblem-root-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(root); }

  void write(const std::string &path, const std::string &text) {
    std::filesystem::create_directories(
        std::filesystem::path(root + path).parent_path());
    std::ofstream(root + path) << text;
  }

  /// One hierarchy of version 2, at /sys/fs/cgroup.
  void mountV2(const std::string &mountRoot, const std::string &group) {
    write("/proc/self/mountinfo",
          "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"
          "30 22 0:26 " +
              mountRoot +
              " /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n");
    write("/proc/self/cgroup", "0::" + group + "\n");
  }

  /// Version 1, with "cpu" beside another controller, as Debian mounts it.
  void mountV1(const std::string &mountRoot, const std::string &group) {
    write("/proc/self/mountinfo",
          "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
          "32 31 0:29 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
          "33 31 0:30 " +
              mountRoot +
              " /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup "
              "rw,cpu,cpuacct\n");
    write("/proc/self/cgroup", "5:cpuset:/elsewhere\n4:cpu,cpuacct:" + group +
                                   "\n1:name=systemd:/\n");
  }

  void limitV1(const std::string &folder, const std::string &quota,
               const std::string &period = "100000") {
    write("/sys/fs/cgroup/cpu,cpuacct" + folder + "/cpu.cfs_quota_us",
          quota + "\n");
    write("/sys/fs/cgroup/cpu,cpuacct" + folder + "/cpu.cfs_period_us",
          period + "\n");
  }

  void limitV2(const std::string &folder, const std::string &limit) {
    write("/sys/fs/cgroup" + folder + "/cpu.max", limit + "\n");
  }

  std::string root;
};

constexpr double noLimit = std::numeric_limits<double>::infinity();

} // namespace

TEST_F(FakeRoot, NoProcAtAll) {
  EXPECT_EQ(cgroupCpuQuota(root.c_str()), noLimit);
  EXPECT_EQ(usableCpus(3, root.c_str()), 3);
  EXPECT_EQ(usableCpus(0, root.c_str()), 1);
}

TEST_F(FakeRoot, V2OwnGroup) {
  mountV2("/", "/user.slice/job");
  limitV2("/user.slice/job", "150000 100000");
  EXPECT_EQ(cgroupCpuQuota(root.c_str()), 1.5);
  EXPECT_EQ(usableCpus(8, root.c_str()), 2) << "rounded up";
  EXPECT_EQ(usableCpus(1, root.c_str()), 1) << "the affinity is smaller";
}

TEST_F(FakeRoot, V2MaxIsNoLimit) {
  mountV2("/", "/job");
  limitV2("/job", "max 100000");
  EXPECT_EQ(cgroupCpuQuota(root.c_str()), noLimit);
}

TEST_F(FakeRoot, V2SmallestOfAllAbove) {
  mountV2("/", "/a/b/c");
  limitV2("/a", "100000 100000");
  limitV2("/a/b", "300000 100000");
  limitV2("/a/b/c", "max 100000");
  EXPECT_EQ(usableCpus(16, root.c_str()), 1);
}

TEST_F(FakeRoot, V2InAContainerThatSeesItsOwnGroupOnly) {
  mountV2("/", "/");
  limitV2("", "200000 100000");
  EXPECT_EQ(usableCpus(16, root.c_str()), 2);
}

TEST_F(FakeRoot, V2GroupOutsideTheNamespace) {
  mountV2("/", "/../other");
  limitV2("", "400000 100000");
  EXPECT_EQ(usableCpus(16, root.c_str()), 4);
}

TEST_F(FakeRoot, V1OwnGroup) {
  mountV1("/", "/docker/1234");
  limitV1("/docker/1234", "50000");
  limitV1("/docker", "-1");
  EXPECT_EQ(cgroupCpuQuota(root.c_str()), 0.5);
  EXPECT_EQ(usableCpus(16, root.c_str()), 1);
}

TEST_F(FakeRoot, V1MinusOneIsNoLimit) {
  mountV1("/", "/docker/1234");
  limitV1("/docker/1234", "-1");
  EXPECT_EQ(cgroupCpuQuota(root.c_str()), noLimit);
}

TEST_F(FakeRoot, V1AnotherPeriod) {
  mountV1("/", "/job");
  limitV1("/job", "30000", "10000");
  EXPECT_EQ(usableCpus(16, root.c_str()), 3);
}

TEST_F(FakeRoot, V1SubtreeMountedInAContainer) {
  mountV1("/docker/1234", "/docker/1234/inner");
  limitV1("", "200000");
  limitV1("/inner", "-1");
  EXPECT_EQ(usableCpus(16, root.c_str()), 2);
}

TEST_F(FakeRoot, V1LimitOfAnotherGroupDoesNotCount) {
  mountV1("/", "/docker/1234");
  limitV1("/docker/12", "100000");
  EXPECT_EQ(usableCpus(16, root.c_str()), 16);
}

TEST_F(FakeRoot, BothVersionsAtOnce) {
  mountV1("/", "/job");
  std::ofstream(root + "/proc/self/mountinfo", std::ios::app)
      << "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
  std::ofstream(root + "/proc/self/cgroup", std::ios::app) << "0::/job\n";
  limitV1("/job", "400000");
  limitV2("/unified/job", "200000 100000");
  EXPECT_EQ(usableCpus(16, root.c_str()), 2);
}

TEST_F(FakeRoot, AMountPointWithASpace) {
  write("/proc/self/mountinfo",
        "30 22 0:26 / /my\\040groups rw - cgroup2 cgroup2 rw\n");
  write("/proc/self/cgroup", "0::/job\n");
  write("/my groups/job/cpu.max", "100000 100000\n");
  EXPECT_EQ(usableCpus(16, root.c_str()), 1);
}

TEST_F(FakeRoot, LongAndBrokenLines) {
  write("/proc/self/mountinfo",
        std::string(40000, 'x') + "\n - \n1 2 - cgroup2\n" +
            "30 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  write("/proc/self/cgroup", "\n0\n0:\n0::/job\n");
  limitV2("/job", "100000 100000");
  EXPECT_EQ(usableCpus(16, root.c_str()), 1);
  limitV2("/job", "nonsense");
  EXPECT_EQ(usableCpus(16, root.c_str()), 16);
  limitV2("/job", "100000 0");
  EXPECT_EQ(usableCpus(16, root.c_str()), 16);
}

TEST(AffinityMask, CountsAndNumbersItsCpus) {
  AffinityMask mask;
  mask.bits[0] = 0b1010;
  mask.bits[1] = 0b1;
  EXPECT_EQ(mask.count(), 3);
  EXPECT_EQ(mask.cpu(0), 1);
  EXPECT_EQ(mask.cpu(1), 3);
  EXPECT_EQ(mask.cpu(2), 64);
  EXPECT_EQ(mask.cpu(3), 1) << "round and round";
  EXPECT_GE(AffinityMask::ofThisThread().count(), 1);
}

TEST(UsableCpus, OfThisMachine) {
  EXPECT_GE(usableCpus(), 1);
  EXPECT_LE(usableCpus(), AffinityMask::ofThisThread().count());
}

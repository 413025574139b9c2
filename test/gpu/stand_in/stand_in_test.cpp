//===- stand_in_test.cpp - The stand-in's device, memory and kernels ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/stand_in/loaded_driver.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <numeric>
#include <thread>

using namespace emblem::stand_in;

namespace {

std::vector<int> upTo32() {
  std::vector<int> result(32);
  std::iota(result.begin(), result.end(), 1);
  return result;
}

int attribute(int number) {
  int value = -1;
  EXPECT_EQ(call("cuDeviceGetAttribute", &value, number, 0), Success);
  return value;
}

TEST_F(StandInTest, NamesItselfAsTheDevice) {
  int count = 0, device = -1, version = 0;
  char name[64];
  EXPECT_EQ(call("cuDeviceGetCount", &count), Success);
  EXPECT_EQ(count, 1);
  EXPECT_EQ(call("cuDeviceGet", &device, 0), Success);
  EXPECT_EQ(call("cuDeviceGet", &device, 1), InvalidDevice);
  EXPECT_EQ(call("cuDeviceGetName", name, 64, 0), Success);
  EXPECT_STREQ(name, "Emblem's PTX machine (no GPU)");
  EXPECT_EQ(call("cuDriverGetVersion", &version), Success);
  EXPECT_EQ(version, 13000);
  EXPECT_EQ(attribute(CapabilityMajor), 9);
  EXPECT_EQ(attribute(CapabilityMinor), 0);
  EXPECT_EQ(attribute(Multiprocessors), 16);
  EXPECT_EQ(attribute(SharedPerBlock), 49152);
  EXPECT_EQ(attribute(SharedPerBlockOptIn), 232448);
}

TEST_F(StandInTest, IsWhatTheEnvironmentSays) {
  set("CAPABILITY", "86");
  set("DRIVER_VERSION", "11040");
  beginAgain();
  int version = 0;
  EXPECT_EQ(attribute(CapabilityMajor), 8);
  EXPECT_EQ(attribute(CapabilityMinor), 6);
  EXPECT_EQ(call("cuDriverGetVersion", &version), Success);
  EXPECT_EQ(version, 11040);
  set("NO_DEVICE", "1");
  EXPECT_EQ(call("cuInit", 0u), NoDevice);
}

TEST_F(StandInTest, AKernelRuns) {
  Stream *stream = newStream();
  Function *function = loadScale();
  DevicePointer input = allocate(128), output = allocate(128);
  std::vector<int> values = upTo32(), results(32, 0);
  EXPECT_EQ(upload(input, values.data(), 128, stream), Success);
  EXPECT_EQ(launchScale(function, input, output, 3, stream), Success);
  EXPECT_EQ(download(results.data(), output, 128, stream), Success);
  // Nothing is done before somebody waits.
  EXPECT_EQ(results[0], 0);
  EXPECT_EQ(synchronize(stream), Success);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(results[i], 3 * (i + 1));
}

TEST_F(StandInTest, MemoryUsedAgainTooEarlyShows) {
  Stream *stream = newStream();
  DevicePointer device = allocate(4);
  int value = 1, result = 0;
  upload(device, &value, 4, stream);
  value = 2;
  download(&result, device, 4, stream);
  EXPECT_EQ(synchronize(stream), Success);
  EXPECT_EQ(result, 2);
}

TEST_F(StandInTest, ParametersAreTakenAtTheLaunch) {
  Stream *stream = newStream();
  Function *function = loadScale();
  DevicePointer input = allocate(128), output = allocate(128);
  std::vector<int> values = upTo32();
  int result = 0, factor = 5;
  upload(input, values.data(), 128, stream);
  void *parameters[] = {&input, &output, &factor};
  EXPECT_EQ(call("cuLaunchKernel", function, 1u, 1u, 1u, 32u, 1u, 1u, 0u,
                 stream, parameters, static_cast<void **>(nullptr)),
            Success);
  factor = 7;
  download(&result, output, 4, stream);
  EXPECT_EQ(synchronize(stream), Success);
  EXPECT_EQ(result, 5);
}

TEST_F(StandInTest, AFaultFailsEverythingUntilTheContextEnds) {
  Stream *stream = newStream();
  Function *function = loadScale();
  DevicePointer input = allocate(128), output = allocate(64);
  std::vector<int> values = upTo32();
  upload(input, values.data(), 128, stream);
  EXPECT_EQ(launchScale(function, input, output, 3, stream), Success);
  testing::internal::CaptureStderr();
  EXPECT_EQ(synchronize(stream), LaunchFailed);
  std::string told = testing::internal::GetCapturedStderr();
  EXPECT_NE(told.find("stand-in: kernel scale: line 18: an access out of the "
                      "bounds of every buffer: st.global.u32 [%rd5], %r4"),
            std::string::npos)
      << told;
  EXPECT_EQ(synchronize(stream), LaunchFailed);
  EXPECT_EQ(call("cuMemFree_v2", input), LaunchFailed);
  beginAgain();
  EXPECT_EQ(call("cuMemFree_v2", allocate(4)), Success);
}

TEST_F(StandInTest, AnyCallFailsIfItIsToFail) {
  set("FAIL", "cuMemAlloc_v2:2:2,cuStreamSynchronize:*:700");
  beginAgain();
  DevicePointer address;
  EXPECT_EQ(call("cuMemAlloc_v2", &address, size_t(4)), Success);
  EXPECT_EQ(call("cuMemAlloc_v2", &address, size_t(4)), OutOfMemory);
  EXPECT_EQ(call("cuMemAlloc_v2", &address, size_t(4)), Success);
  Stream *stream = newStream();
  EXPECT_EQ(synchronize(stream), 700);
  EXPECT_EQ(synchronize(stream), 700);
  set("FAIL", "cuInit:1:999");
  EXPECT_EQ(call("cuInit", 0u), 999);
}

TEST_F(StandInTest, AnErrorOfTheContextLasts) {
  set("FAIL", "cuMemAlloc_v2:1:719");
  beginAgain();
  DevicePointer address;
  EXPECT_EQ(call("cuMemAlloc_v2", &address, size_t(4)), LaunchFailed);
  EXPECT_EQ(call("cuMemAlloc_v2", &address, size_t(4)), LaunchFailed);
  beginAgain();
  set("FAIL", "");
  beginAgain();
  EXPECT_EQ(call("cuMemAlloc_v2", &address, size_t(4)), Success);
}

TEST_F(StandInTest, CallsAreTraced) {
  const std::string path = testing::TempDir() + "stand_in_trace.txt";
  std::remove(path.c_str());
  set("TRACE", path.c_str());
  set("FAIL", "cuMemFree_v2:1:1");
  beginAgain();
  call("cuMemFree_v2", allocate(4));
  set("TRACE", "");
  call("cuInit", 0u);
  std::ifstream file(path);
  const std::string calls(std::istreambuf_iterator<char>(file), {});
  EXPECT_NE(calls.find("cuInit 0\n"), calls.npos);
  EXPECT_NE(calls.find("cuMemAlloc_v2 0\ncuMemFree_v2 1\n"), calls.npos);
  std::remove(path.c_str());
}

TEST_F(StandInTest, MemoryIsLimited) {
  set("MEMORY", "1000");
  beginAgain();
  size_t free = 0, total = 0;
  DevicePointer first = allocate(600), second = 0;
  EXPECT_EQ(call("cuMemGetInfo_v2", &free, &total), Success);
  EXPECT_EQ(free, 400u);
  EXPECT_EQ(total, 1000u);
  EXPECT_EQ(call("cuMemAlloc_v2", &second, size_t(401)), OutOfMemory);
  EXPECT_EQ(call("cuMemFree_v2", first), Success);
  EXPECT_EQ(call("cuMemFree_v2", first), InvalidValue);
  EXPECT_EQ(call("cuMemAlloc_v2", &second, size_t(1000)), Success);
  EXPECT_EQ(call("cuMemAlloc_v2", &second, size_t(0)), InvalidValue);
}

TEST_F(StandInTest, CopiesStayInTheirBuffers) {
  DevicePointer device = allocate(8);
  int values[3] = {1, 2, 3};
  EXPECT_EQ(upload(device, values, 12, nullptr), InvalidValue);
  EXPECT_EQ(upload(device + 4, values, 4, nullptr), Success);
  EXPECT_EQ(download(values, device, 12, nullptr), InvalidValue);
  EXPECT_EQ(call("cuMemsetD8Async", device, static_cast<unsigned char>(7),
                 size_t(8), static_cast<Stream *>(nullptr)),
            Success);
  EXPECT_EQ(download(values, device, 4, nullptr), Success);
  EXPECT_EQ(synchronize(nullptr), Success);
  EXPECT_EQ(values[0], 0x07070707);
}

TEST_F(StandInTest, HostMemory) {
  void *memory = nullptr;
  EXPECT_EQ(call("cuMemHostAlloc", &memory, size_t(100), 0u), Success);
  std::fill_n(static_cast<char *>(memory), 100, 1);
  EXPECT_EQ(call("cuMemFreeHost", memory), Success);
  EXPECT_EQ(call("cuMemFreeHost", memory), InvalidValue);
}

int loadModule(const std::string &text, std::string *log = nullptr) {
  Module *module = nullptr;
  char buffer[256] = "";
  int options[] = {5, 6};
  void *values[] = {buffer, reinterpret_cast<void *>(sizeof(buffer))};
  int result =
      call("cuModuleLoadDataEx", &module, static_cast<const void *>(&text[0]),
           2u, static_cast<const int *>(options), static_cast<void **>(values));
  if (log)
    *log = buffer;
  return result;
}

std::string replaced(std::string text, const std::string &from,
                     const std::string &to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST_F(StandInTest, ModulesAreRefused) {
  std::string log;
  EXPECT_EQ(loadModule(kScale), Success);
  EXPECT_EQ(loadModule(replaced(kScale, "mul.lo", "mul.low"), &log),
            InvalidPtx);
  EXPECT_NE(log.find("line 17"), std::string::npos) << log;
  EXPECT_EQ(loadModule(replaced(kScale, "sm_80", "sm_100")), NoBinaryForGpu);
  EXPECT_EQ(loadModule(replaced(kScale, "sm_80", "sm_90a")), Success);
  EXPECT_EQ(loadModule(replaced(kScale, "7.0", "9.1")), UnsupportedPtxVersion);
  EXPECT_EQ(loadModule("\177ELF and so on"), NoBinaryForGpu);
}

TEST_F(StandInTest, LaunchesAreRefused) {
  Stream *stream = newStream();
  Function *function = loadScale();
  DevicePointer memory = allocate(4096);
  auto launch = [&](unsigned threads, unsigned shared) {
    return launchScale(function, memory, memory, 1, stream, threads, shared);
  };
  EXPECT_EQ(launch(1025, 0), InvalidValue);
  EXPECT_EQ(launch(0, 0), InvalidValue);
  EXPECT_EQ(launch(32, 49152), Success);
  EXPECT_EQ(launch(32, 49153), InvalidValue);
  EXPECT_EQ(call("cuFuncSetAttribute", function, 8, 232449), InvalidValue);
  EXPECT_EQ(call("cuFuncSetAttribute", function, 8, 100000), Success);
  EXPECT_EQ(launch(32, 100000), Success);
  EXPECT_EQ(launch(32, 100001), InvalidValue);
  Function *none = nullptr;
  EXPECT_EQ(launchScale(none, memory, memory, 1, stream), InvalidHandle);
  Module *module = nullptr;
  call("cuModuleLoadData", &module, static_cast<const void *>(kScale));
  EXPECT_EQ(call("cuModuleGetFunction", &none, module, "scales"), NotFound);
}

TEST_F(StandInTest, AModuleMayGoBeforeItsKernelRuns) {
  Stream *stream = newStream();
  Module *module = nullptr;
  Function *function = nullptr;
  call("cuModuleLoadData", &module, static_cast<const void *>(kScale));
  call("cuModuleGetFunction", &function, module, "scale");
  DevicePointer memory = allocate(128);
  std::vector<int> values = upTo32();
  upload(memory, values.data(), 128, stream);
  launchScale(function, memory, memory, 2, stream);
  EXPECT_EQ(call("cuModuleUnload", module), Success);
  EXPECT_EQ(call("cuModuleUnload", module), InvalidHandle);
  EXPECT_EQ(launchScale(function, memory, memory, 2, stream), InvalidHandle);
  download(values.data(), memory, 128, stream);
  EXPECT_EQ(synchronize(stream), Success);
  EXPECT_EQ(values[31], 64);
}

TEST_F(StandInTest, KernelsAreSkippedIfAsked) {
  set("SKIP_KERNELS", "1");
  beginAgain();
  Function *function = loadScale();
  DevicePointer memory = allocate(4);
  EXPECT_EQ(launchScale(function, memory, memory, 2, nullptr), Success);
  EXPECT_EQ(synchronize(nullptr), Success);
}

TEST_F(StandInTest, AThreadHasAContextOfItsOwn) {
  int without = -1, with = -1;
  std::thread other([&] {
    DevicePointer address;
    without = call("cuMemAlloc_v2", &address, size_t(4));
    call("cuCtxSetCurrent", context);
    with = call("cuMemAlloc_v2", &address, size_t(4));
  });
  other.join();
  EXPECT_EQ(without, InvalidContext);
  EXPECT_EQ(with, Success);
}

TEST_F(StandInTest, ThreadsWorkSideBySide) {
  Function *function = loadScale();
  std::vector<std::thread> threads;
  std::vector<int> sums(8, 0);
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      call("cuCtxSetCurrent", context);
      Stream *stream = newStream();
      DevicePointer memory = allocate(128);
      for (int round = 0; round < 20; ++round) {
        std::vector<int> values = upTo32();
        upload(memory, values.data(), 128, stream);
        launchScale(function, memory, memory, t, stream);
        download(values.data(), memory, 128, stream);
        EXPECT_EQ(synchronize(stream), Success);
        sums[t] += values[31];
      }
      call("cuMemFree_v2", memory);
      call("cuStreamDestroy_v2", stream);
    });
  for (std::thread &thread : threads)
    thread.join();
  for (int t = 0; t < 8; ++t)
    EXPECT_EQ(sums[t], 20 * 32 * t);
}

TEST_F(StandInTest, ErrorsHaveNames) {
  const char *text = nullptr;
  EXPECT_EQ(call("cuGetErrorName", 719, &text), Success);
  EXPECT_STREQ(text, "CUDA_ERROR_LAUNCH_FAILED");
  EXPECT_EQ(call("cuGetErrorString", 2, &text), Success);
  EXPECT_STREQ(text, "out of memory");
  EXPECT_EQ(call("cuGetErrorName", 12345, &text), InvalidValue);
}

using StandInDeathTest = StandInTest;

TEST_F(StandInDeathTest, WhatIsAliveIsReported) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  set("REPORT", "1");
  EXPECT_EXIT(
      {
        beginAgain();
        allocate(100);
        newStream();
        std::exit(0);
      },
      testing::ExitedWithCode(0),
      "alive at the end: 1 allocations\n.*alive at the end: 1 streams\n"
      ".*alive at the end: the context");
  EXPECT_EXIT(
      {
        beginAgain();
        newStream();
        call("cuDevicePrimaryCtxRelease_v2", 0);
        std::exit(0);
      },
      testing::ExitedWithCode(0), "alive at the end: 1 streams");
  EXPECT_EXIT(
      {
        beginAgain();
        call("cuMemFree_v2", allocate(100));
        call("cuDevicePrimaryCtxRelease_v2", 0);
        std::exit(0);
      },
      testing::ExitedWithCode(0), "nothing is alive at the end");
}

} // namespace

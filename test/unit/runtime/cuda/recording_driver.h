//===- recording_driver.h - A driver that writes down its calls -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A library with the names of NVIDIA's driver whose kernels are C++ functions
// and whose device memory is the host's. It is as lazy as a driver may be: what
// is queued on a stream happens when somebody waits for it.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_RUNTIME_CUDA_RECORDING_DRIVER_H
#define EMBLEM_TEST_UNIT_RUNTIME_CUDA_RECORDING_DRIVER_H

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

struct RecordedLaunch {
  std::string entry;
  unsigned gridX = 0, gridY = 0, gridZ = 0, threads = 0, sharedBytes = 0;
  std::vector<void *> parameters; // device pointers
};

struct RecordedKernel {
  size_t parameters = 0;
  void (*run)(const RecordedLaunch &launch) = nullptr;
};

struct RecordingDriver {
  // What a test sets.
  int version = 12040;
  int initializes = 0; // what cuInit returns
  int devices = 1;
  int capabilities[4] = {90, 90, 90, 90};
  size_t freeBytes = size_t(4) << 30;
  std::map<std::string, RecordedKernel> kernels;
  int64_t failingCall = 0;     // the number of the call that fails, from 1
  std::string failingFunction; // or all calls of one
  int failure = 719;           // with this result
  bool takesCubins = false;

  // What it has seen.
  std::mutex lock;
  std::vector<std::string> calls;
  std::vector<RecordedLaunch> launches; // as they ran
  std::multiset<std::string> code;      // of modules that were loaded
  std::map<const void *, int> maxSharedBytes;
  std::multiset<std::string> live; // what was made and not given back

  int64_t count(const std::string &function) const {
    int64_t sum = 0;
    for (const std::string &call : calls)
      sum += call == function;
    return sum;
  }
};

/// Defined by the library.
extern "C" RecordingDriver *recordingDriver();
extern "C" int cuCtxGetCurrent(void **context);
extern "C" int cuCtxSetCurrent(void *context);

#endif // EMBLEM_TEST_UNIT_RUNTIME_CUDA_RECORDING_DRIVER_H

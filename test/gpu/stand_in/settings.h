//===- settings.h - The settings of the environment -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_STAND_IN_SETTINGS_H
#define EMBLEM_TEST_GPU_STAND_IN_SETTINGS_H

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace emblem::stand_in {

/// From variables EMBLEM_STAND_IN_...; cuInit reads them.
struct Settings {
  int capability = 90;                  // _CAPABILITY
  int driverVersion = 13000;            // _DRIVER_VERSION: 13.0
  size_t memoryBytes = size_t(8) << 30; // _MEMORY
  unsigned hostThreads = 0;             // _THREADS; 0: as many as there are
  bool noDevice = false;                // _NO_DEVICE=1
  bool skipsKernels = false;            // _SKIP_KERNELS=1
  bool reports = false;                 // _REPORT=1: at the end, what is alive
  std::string trace;                    // _TRACE=FILE: each call and its result
  /// _FAIL=FUNCTION:CALL:ERROR[,...]: the call, counted from 1 on, returns the
  /// error and does nothing; a call "*" is every one. An error 719 lasts until
  /// the context ends, as on a device.
  struct Failure {
    std::string function;
    long call; // 0: every one
    int error;
  };
  std::vector<Failure> failures;

  static Settings read();
};

} // namespace emblem::stand_in

#endif // EMBLEM_TEST_GPU_STAND_IN_SETTINGS_H

//===- device.h - A device that can run a model -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CUDA_DEVICE_H
#define EMBLEM_RUNTIME_EXECUTE_CUDA_DEVICE_H

#include "emblem/device_table.h"
#include "runtime/execute/cuda/driver.h"

namespace emblem::runtime::cuda {

struct Device {
  Driver driver = {};
  int index = 0;      // as people count: cuda:0
  int number = 0;     // the driver's
  int capability = 0; // 90 for 9.0
  int multiprocessors = 0;
  int kilohertz = 0;         // the greatest clock
  char name[96] = "";        // "cuda:0 (NVIDIA H200, 9.0)"
  Context context = nullptr; // the primary one, which all libraries share

  /// Finds the device `index`, or where it is negative the first, that can run
  /// one of the table's programs, and the first such program.
  EmblemStatus choose(const EmblemModelTable &table, int index,
                      const EmblemDeviceTable *&program);

  /// Of products in a program's precision, a second; 0: not known.
  double peakFlops(const EmblemDeviceTable &program) const;

  EmblemStatus retainContext();
  void releaseContext();
};

/// Has a device's context be the calling thread's for as long as this lives;
/// then it is again what it was.
class ContextScope {
public:
  explicit ContextScope(const Device &device)
      : device(device), error(device.driver.currentContext(&before)) {
    if (error == 0)
      error = device.driver.setCurrentContext(device.context);
  }
  ~ContextScope() {
    if (error == 0)
      device.driver.setCurrentContext(before);
  }
  ContextScope(const ContextScope &) = delete;
  ContextScope &operator=(const ContextScope &) = delete;

  EmblemStatus check(EmblemStatus status) const {
    return error == 0 ? EMBLEM_OK
                      : device.driver.fail(status, error, "%s cannot be used",
                                           device.name);
  }

private:
  const Device &device;
  Context before = nullptr;
  Result error;
};

} // namespace emblem::runtime::cuda

#endif // EMBLEM_RUNTIME_EXECUTE_CUDA_DEVICE_H

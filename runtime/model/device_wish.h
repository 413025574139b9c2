//===- device_wish.h - The device that a caller asks for --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_MODEL_DEVICE_WISH_H
#define EMBLEM_RUNTIME_MODEL_DEVICE_WISH_H

#include "runtime/execute/executor.h"

namespace emblem::runtime {

/// EmblemOptions.device.
struct DeviceWish {
  enum Kind { Auto, None, Cpu, Cuda } kind = Auto;
  int32_t index = -1; // of cuda:N; -1: any
};

/// Reads "auto", "none", "cpu", "cuda" or "cuda:N"; null is "auto".
EmblemStatus readDeviceWish(const char *text, DeviceWish &wish);

/// Prepares the executor that is wished for; null where it is none.
EmblemStatus prepareExecutor(const ExecutorSetup &setup, DeviceWish wish,
                             Executor **executor);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_MODEL_DEVICE_WISH_H

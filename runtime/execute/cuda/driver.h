//===- driver.h - NVIDIA's driver, opened when it is needed -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The driver is a shared library of the system with a C interface that keeps
// its names and meanings; what is used of it is declared here, so that building
// needs nothing of NVIDIA's. EMBLEM_CUDA names another library.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CUDA_DRIVER_H
#define EMBLEM_RUNTIME_EXECUTE_CUDA_DRIVER_H

#include "emblem/emblem.h"

#include <cstddef>
#include <cstdint>

namespace emblem::runtime::cuda {

using Result = int32_t;         // CUresult; 0: it went well
using DevicePointer = uint64_t; // CUdeviceptr
using Context = struct ContextObject *;
using Module = struct ModuleObject *;
using Function = struct FunctionObject *;
using Stream = struct StreamObject *;
using Event = struct EventObject *;
using Graph = struct GraphObject *;
using LaunchableGraph = struct LaunchableGraphObject *;

// Numbers of cuda.h.
inline constexpr Result outOfMemory = 2, noDevice = 100;
inline constexpr int capabilityMajor = 75, capabilityMinor = 76;
inline constexpr int clockKilohertz = 13, multiprocessorCount = 16;
inline constexpr int mostDynamicSharedBytes = 8; // of a function
inline constexpr unsigned streamBesideOthers = 1;
inline constexpr unsigned eventWithoutTime = 2;
inline constexpr unsigned pinnedForAllContexts = 1;
inline constexpr int captureOfThisThread = 1;

/// The driver's functions, as it is found here.
struct Driver {
  int version; // 12040 for CUDA 12.4

#define EMBLEM_DRIVER(name, symbol, parameters) Result(*name) parameters;
#include "runtime/execute/cuda/driver_functions.def"

  /// Fills this and initializes the driver, which is never closed again.
  /// EMBLEM_NO_DEVICE where it is missing, too old, or not for this process.
  EmblemStatus open();

  /// A sentence that ends with the driver's name for `error`.
  /// EMBLEM_OUT_OF_MEMORY where that is it, else `status`.
  [[gnu::format(printf, 4, 5)]] EmblemStatus
  fail(EmblemStatus status, Result error, const char *format, ...) const;
};

} // namespace emblem::runtime::cuda

#endif // EMBLEM_RUNTIME_EXECUTE_CUDA_DRIVER_H

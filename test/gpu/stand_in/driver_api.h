//===- driver_api.h - The driver's functions that there are -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// NVIDIA's driver interface as far as programs of ours use it, written from its
// documentation: names, types and numbers are its own.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_STAND_IN_DRIVER_API_H
#define EMBLEM_TEST_GPU_STAND_IN_DRIVER_API_H

#include <cstddef>
#include <cstdint>

namespace emblem::stand_in {

// clang-format off
enum Result : int {
  Success = 0,
  InvalidValue = 1,
  OutOfMemory = 2,
  NotInitialized = 3,
  NoDevice = 100,
  InvalidDevice = 101,
  InvalidContext = 201,
  NoBinaryForGpu = 209,
  InvalidPtx = 218,
  UnsupportedPtxVersion = 222,
  InvalidHandle = 400,
  IllegalState = 401,
  NotFound = 500,
  NotReady = 600,
  LaunchFailed = 719,
  NotSupported = 801,
  CaptureUnsupported = 900,
  CaptureInvalidated = 901,
  CaptureWrongThread = 908
};

enum Attribute : int {
  MaxThreadsPerBlock = 1, MaxBlockX = 2, MaxBlockY = 3, MaxBlockZ = 4,
  MaxGridX = 5, MaxGridY = 6, MaxGridZ = 7, SharedPerBlock = 8, WarpSize = 10,
  RegistersPerBlock = 12, ClockRate = 13, Multiprocessors = 16,
  MemoryClockRate = 36, BusWidth = 37, CacheBytes = 38,
  ThreadsPerMultiprocessor = 39, CapabilityMajor = 75, CapabilityMinor = 76,
  SharedPerMultiprocessor = 81, RegistersPerMultiprocessor = 82,
  SharedPerBlockOptIn = 97
};
// clang-format on

using DevicePointer = uint64_t;
struct Context;
struct Module;
struct Function;
struct Stream;
struct Event;
struct Graph;
struct GraphExec;

} // namespace emblem::stand_in

#endif // EMBLEM_TEST_GPU_STAND_IN_DRIVER_API_H

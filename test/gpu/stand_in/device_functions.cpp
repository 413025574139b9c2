//===- device_functions.cpp - The driver's device and context -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/stand_in/driver.h"

#include <climits>
#include <cstdio>
#include <map>

using namespace emblem::stand_in;

namespace {

constexpr const char *kName = "Emblem's PTX machine (no GPU)";

int attributeOf(const Settings &settings, int attribute) {
  switch (attribute) {
  case MaxThreadsPerBlock:
  case MaxBlockX:
  case MaxBlockY:
    return 1024;
  case MaxBlockZ:
    return 64;
  case MaxGridX:
    return INT_MAX;
  case MaxGridY:
  case MaxGridZ:
    return 65535;
  case SharedPerBlock:
    return 48 * 1024;
  case SharedPerBlockOptIn:
    return 232448;
  case SharedPerMultiprocessor:
    return 233472;
  case WarpSize:
    return 32;
  case RegistersPerBlock:
  case RegistersPerMultiprocessor:
    return 65536;
  case ThreadsPerMultiprocessor:
    return 2048;
  case Multiprocessors:
    return 16;
  case ClockRate:
  case MemoryClockRate:
    return 1000000; // kHz
  case BusWidth:
    return 1024;
  case CacheBytes:
    return 32 << 20;
  case CapabilityMajor:
    return settings.capability / 10;
  case CapabilityMinor:
    return settings.capability % 10;
  default:
    return 0;
  }
}

struct ErrorText {
  const char *name, *text;
};
const std::map<int, ErrorText> errors = {
    {Success, {"CUDA_SUCCESS", "no error"}},
    {InvalidValue, {"CUDA_ERROR_INVALID_VALUE", "invalid argument"}},
    {OutOfMemory, {"CUDA_ERROR_OUT_OF_MEMORY", "out of memory"}},
    {NotInitialized, {"CUDA_ERROR_NOT_INITIALIZED", "initialization error"}},
    {NoDevice, {"CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"}},
    {InvalidDevice, {"CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"}},
    {InvalidContext, {"CUDA_ERROR_INVALID_CONTEXT", "invalid device context"}},
    {NoBinaryForGpu,
     {"CUDA_ERROR_NO_BINARY_FOR_GPU",
      "no kernel image is available for execution on the device"}},
    {InvalidPtx, {"CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"}},
    {UnsupportedPtxVersion,
     {"CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
      "the provided PTX was compiled with an unsupported toolchain"}},
    {InvalidHandle, {"CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"}},
    {IllegalState,
     {"CUDA_ERROR_ILLEGAL_STATE", "the operation cannot be performed now"}},
    {NotFound, {"CUDA_ERROR_NOT_FOUND", "named symbol not found"}},
    {NotReady, {"CUDA_ERROR_NOT_READY", "device not ready"}},
    {LaunchFailed, {"CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"}},
    {NotSupported, {"CUDA_ERROR_NOT_SUPPORTED", "operation not supported"}},
    {CaptureUnsupported,
     {"CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
      "operation not permitted when stream is capturing"}},
    {CaptureInvalidated,
     {"CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
      "operation failed due to a previous error during capture"}},
    {CaptureWrongThread,
     {"CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD",
      "attempt to terminate a thread-local capture sequence from another "
      "thread"}}};

} // namespace

EMBLEM_STAND_IN_FUNCTION cuInit(unsigned flags) {
  return Driver::get().call("cuInit", Needs::Nothing,
                            [&](Driver &driver) -> int {
                              return flags ? InvalidValue : driver.initialize();
                            });
}

EMBLEM_STAND_IN_FUNCTION cuDriverGetVersion(int *version) {
  return Driver::get().call("cuDriverGetVersion", Needs::Nothing,
                            [&](Driver &) -> int {
                              *version = Settings::read().driverVersion;
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuDeviceGetCount(int *count) {
  return Driver::get().call("cuDeviceGetCount", Needs::Initialized,
                            [&](Driver &) -> int {
                              *count = 1;
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuDeviceGet(int *device, int ordinal) {
  return Driver::get().call("cuDeviceGet", Needs::Initialized,
                            [&](Driver &) -> int {
                              if (ordinal != 0)
                                return InvalidDevice;
                              *device = 0;
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuDeviceGetName(char *name, int bytes, int device) {
  return Driver::get().call(
      "cuDeviceGetName", Needs::Initialized, [&](Driver &) -> int {
        if (device != 0)
          return InvalidDevice;
        std::snprintf(name, static_cast<size_t>(bytes), "%s", kName);
        return Success;
      });
}

EMBLEM_STAND_IN_FUNCTION cuDeviceGetAttribute(int *value, int attribute,
                                              int device) {
  return Driver::get().call("cuDeviceGetAttribute", Needs::Initialized,
                            [&](Driver &driver) -> int {
                              if (device != 0)
                                return InvalidDevice;
                              *value = attributeOf(driver.settings, attribute);
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuDeviceTotalMem_v2(size_t *bytes, int device) {
  return Driver::get().call("cuDeviceTotalMem_v2", Needs::Initialized,
                            [&](Driver &driver) -> int {
                              if (device != 0)
                                return InvalidDevice;
                              *bytes = driver.settings.memoryBytes;
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuDevicePrimaryCtxRetain(Context **context,
                                                  int device) {
  return Driver::get().call("cuDevicePrimaryCtxRetain", Needs::Initialized,
                            [&](Driver &driver) -> int {
                              return device ? InvalidDevice
                                            : driver.retain(context);
                            });
}

EMBLEM_STAND_IN_FUNCTION cuDevicePrimaryCtxRelease_v2(int device) {
  return Driver::get().call("cuDevicePrimaryCtxRelease_v2", Needs::Initialized,
                            [&](Driver &driver) -> int {
                              return device ? InvalidDevice : driver.release();
                            });
}

EMBLEM_STAND_IN_FUNCTION cuCtxSetCurrent(Context *context) {
  return Driver::get().call(
      "cuCtxSetCurrent", Needs::Initialized,
      [&](Driver &driver) -> int { return driver.setCurrent(context); });
}

EMBLEM_STAND_IN_FUNCTION cuCtxGetCurrent(Context **context) {
  return Driver::get().call("cuCtxGetCurrent", Needs::Initialized,
                            [&](Driver &driver) -> int {
                              *context = driver.current();
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuCtxSynchronize() {
  return Driver::get().call("cuCtxSynchronize", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              if (int error = driver.refuseInCapture())
                                return error;
                              return driver.synchronizeAll();
                            });
}

EMBLEM_STAND_IN_FUNCTION cuGetErrorName(int error, const char **name) {
  auto found = errors.find(error);
  *name = found == errors.end() ? nullptr : found->second.name;
  return *name ? Success : InvalidValue;
}

EMBLEM_STAND_IN_FUNCTION cuGetErrorString(int error, const char **text) {
  auto found = errors.find(error);
  *text = found == errors.end() ? nullptr : found->second.text;
  return *text ? Success : InvalidValue;
}

//===- memory_functions.cpp - The driver's memory and copies --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/stand_in/driver.h"

#include <cstdlib>
#include <cstring>

using namespace emblem::stand_in;

namespace {

// The range of device memory from the address on, or nullptr.
uint8_t *bytesAt(Driver &driver, DevicePointer address, size_t bytes) {
  return driver.memory.hostBytes(address, bytes);
}

int allocateHost(Driver &driver, void **result, size_t bytes) {
  if (int error = driver.refuseInCapture())
    return error;
  if (!bytes)
    return InvalidValue;
  *result = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
  if (!*result)
    return OutOfMemory;
  driver.hostAllocations[*result] = bytes;
  return Success;
}

// Memory may have gone between the call and now: a program's mistake.
void copyToDevice(Driver &driver, DevicePointer to, const void *from,
                  size_t bytes) {
  if (!driver.memory.write(to, from, bytes))
    driver.fail(LaunchFailed);
}
void copyToHost(Driver &driver, void *to, DevicePointer from, size_t bytes) {
  if (const uint8_t *source = bytesAt(driver, from, bytes))
    std::memcpy(to, source, bytes);
  else
    driver.fail(LaunchFailed);
}

} // namespace

EMBLEM_STAND_IN_FUNCTION cuMemGetInfo_v2(size_t *free, size_t *total) {
  return Driver::get().call("cuMemGetInfo_v2", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              *total = driver.settings.memoryBytes;
                              size_t used = driver.memory.liveBytes();
                              *free = used < *total ? *total - used : 0;
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuMemAlloc_v2(DevicePointer *address, size_t bytes) {
  return Driver::get().call("cuMemAlloc_v2", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              if (int error = driver.refuseInCapture())
                                return error;
                              if (!bytes)
                                return InvalidValue;
                              size_t used = driver.memory.liveBytes();
                              size_t total = driver.settings.memoryBytes;
                              if (used > total || bytes > total - used)
                                return OutOfMemory;
                              *address = driver.memory.allocate(bytes);
                              driver.allocations[*address] = bytes;
                              return Success;
                            });
}

// Work that is under way ends first, as on a device.
EMBLEM_STAND_IN_FUNCTION cuMemFree_v2(DevicePointer address) {
  return Driver::get().call("cuMemFree_v2", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              if (int error = driver.refuseInCapture())
                                return error;
                              if (!address)
                                return Success;
                              if (!driver.allocations.count(address))
                                return InvalidValue;
                              int error = driver.synchronizeAll();
                              driver.allocations.erase(address);
                              driver.memory.release(address);
                              return error;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuMemHostAlloc(void **result, size_t bytes, unsigned) {
  return Driver::get().call("cuMemHostAlloc", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              return allocateHost(driver, result, bytes);
                            });
}

EMBLEM_STAND_IN_FUNCTION cuMemAllocHost_v2(void **result, size_t bytes) {
  return Driver::get().call("cuMemAllocHost_v2", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              return allocateHost(driver, result, bytes);
                            });
}

EMBLEM_STAND_IN_FUNCTION cuMemFreeHost(void *memory) {
  return Driver::get().call("cuMemFreeHost", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              if (!driver.hostAllocations.count(memory))
                                return InvalidValue;
                              int error = driver.synchronizeAll();
                              driver.hostAllocations.erase(memory);
                              std::free(memory);
                              return error;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuMemcpyHtoDAsync_v2(DevicePointer to,
                                              const void *from, size_t bytes,
                                              Stream *handle) {
  return Driver::get().call("cuMemcpyHtoDAsync_v2", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              Stream *stream = driver.stream(handle);
                              if (!stream)
                                return InvalidHandle;
                              if (!bytesAt(driver, to, bytes) ||
                                  (bytes && !from))
                                return InvalidValue;
                              driver.enqueue(*stream, [=](Driver &later) {
                                copyToDevice(later, to, from, bytes);
                              });
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuMemcpyDtoHAsync_v2(void *to, DevicePointer from,
                                              size_t bytes, Stream *handle) {
  return Driver::get().call("cuMemcpyDtoHAsync_v2", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              Stream *stream = driver.stream(handle);
                              if (!stream)
                                return InvalidHandle;
                              if (!bytesAt(driver, from, bytes) ||
                                  (bytes && !to))
                                return InvalidValue;
                              driver.enqueue(*stream, [=](Driver &later) {
                                copyToHost(later, to, from, bytes);
                              });
                              return Success;
                            });
}

// Behind the work of the default stream, and of none that does not wait for it.
EMBLEM_STAND_IN_FUNCTION cuMemcpyHtoD_v2(DevicePointer to, const void *from,
                                         size_t bytes) {
  return Driver::get().call(
      "cuMemcpyHtoD_v2", Needs::CurrentContext, [&](Driver &driver) -> int {
        if (int error = driver.refuseInCapture())
          return error;
        if (!bytesAt(driver, to, bytes) || (bytes && !from))
          return InvalidValue;
        if (int error = driver.synchronize(driver.defaultStream))
          return error;
        copyToDevice(driver, to, from, bytes);
        return Success;
      });
}

EMBLEM_STAND_IN_FUNCTION cuMemcpyDtoH_v2(void *to, DevicePointer from,
                                         size_t bytes) {
  return Driver::get().call(
      "cuMemcpyDtoH_v2", Needs::CurrentContext, [&](Driver &driver) -> int {
        if (int error = driver.refuseInCapture())
          return error;
        if (!bytesAt(driver, from, bytes) || (bytes && !to))
          return InvalidValue;
        if (int error = driver.synchronize(driver.defaultStream))
          return error;
        copyToHost(driver, to, from, bytes);
        return Success;
      });
}

EMBLEM_STAND_IN_FUNCTION cuMemsetD8Async(DevicePointer to, unsigned char value,
                                         size_t bytes, Stream *handle) {
  return Driver::get().call("cuMemsetD8Async", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              Stream *stream = driver.stream(handle);
                              if (!stream)
                                return InvalidHandle;
                              if (!bytesAt(driver, to, bytes))
                                return InvalidValue;
                              driver.enqueue(*stream, [=](Driver &later) {
                                std::vector<unsigned char> values(bytes, value);
                                copyToDevice(later, to, values.data(), bytes);
                              });
                              return Success;
                            });
}

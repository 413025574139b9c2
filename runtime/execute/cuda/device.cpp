//===- device.cpp - A device that can run a model -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/device.h"

#include "runtime/table/error.h"

#include <algorithm>
#include <cstdio>

using namespace emblem::runtime;
using namespace emblem::runtime::cuda;

/// Fills what is known of the device `index`.
static Result describe(Device &device, int index) {
  const Driver &driver = device.driver;
  char title[64] = "";
  int major = 0, minor = 0;
  Result error = driver.deviceOf(&device.number, index);
  if (error == 0)
    error = driver.deviceName(title, sizeof(title), device.number);
  if (error == 0)
    error = driver.deviceAttribute(&major, capabilityMajor, device.number);
  if (error == 0)
    error = driver.deviceAttribute(&minor, capabilityMinor, device.number);
  title[sizeof(title) - 1] = 0;
  device.index = index;
  device.capability = 10 * major + minor;
  std::snprintf(device.name, sizeof(device.name), "cuda:%d (%s, %d.%d)", index,
                title, major, minor);
  return error;
}

EmblemStatus Device::choose(const EmblemModelTable &table, int wanted,
                            const EmblemDeviceTable *&program) {
  if (EmblemStatus status = driver.open(); status != EMBLEM_OK)
    return status;
  int count = 0;
  if (const Result error = driver.deviceCount(&count); error != 0)
    return driver.fail(EMBLEM_NO_DEVICE, error,
                       "the NVIDIA driver does not count its devices");
  if (count < 1)
    return fail(EMBLEM_NO_DEVICE, "the NVIDIA driver sees no device here");
  if (wanted >= count)
    return fail(EMBLEM_NO_DEVICE,
                "there is no cuda:%d; the NVIDIA driver sees %d device%s, from "
                "cuda:0 on",
                wanted, count, count == 1 ? "" : "s");
  int least = INT32_MAX;
  const int first = std::max(wanted, 0);
  const int end = wanted < 0 ? count : wanted + 1;
  for (int i = first; i < end; ++i) {
    if (const Result error = describe(*this, i); error != 0)
      return driver.fail(EMBLEM_NO_DEVICE, error,
                         "the NVIDIA driver does not describe cuda:%d", i);
    for (int64_t k = 0; k < table.device_count; ++k) {
      const EmblemDeviceTable &one = table.devices[k];
      if (one.kind != EMBLEM_DEVICE_CUDA)
        continue;
      if (one.compute_capability <= capability) {
        program = &one;
        return EMBLEM_OK;
      }
      least = std::min(least, one.compute_capability);
    }
  }
  return fail(EMBLEM_NO_DEVICE,
              "%s%s cannot run the model's code, which needs compute "
              "capability %d.%d",
              name, end - first > 1 ? " and the devices before it" : "",
              least / 10, least % 10);
}

EmblemStatus Device::retainContext() {
  const Result error = driver.retainContext(&context, number);
  return error == 0
             ? EMBLEM_OK
             : driver.fail(EMBLEM_NO_DEVICE, error, "%s does not start", name);
}

void Device::releaseContext() { driver.releaseContext(number); }

//===- device.cpp - A device that can run a model -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/device.h"

#include "runtime/table/error.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

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
  if (error == 0)
    error = driver.deviceAttribute(&device.multiprocessors, multiprocessorCount,
                                   device.number);
  if (error == 0)
    error = driver.deviceAttribute(&device.kilohertz, clockKilohertz,
                                   device.number);
  title[sizeof(title) - 1] = 0;
  device.index = index;
  device.capability = 10 * major + minor;
  std::snprintf(device.name, sizeof(device.name), "cuda:%d (%s, %d.%d)", index,
                title, major, minor);
  return error;
}

/// The CUDA whose drivers are the first to take PTX that begins so; 0 where it
/// does not say. A driver says it only when the code is loaded, which is late.
static int versionFor(const EmblemDeviceKernel &kernel) {
  constexpr std::string_view directive = ".version ";
  const std::string_view code(
      kernel.code, size_t(std::min(kernel.code_bytes, INT64_C(4096))));
  const size_t place = code.find(directive);
  if (place == code.npos || place + directive.size() + 3 > code.size())
    return 0;
  const int major = code[place + directive.size()] - '0';
  const int minor = code[place + directive.size() + 2] - '0';
  // PTX 7.0 came with CUDA 11.0, 8.5 with 12.5, 8.6 with 12.7, 9.0 with 13.0.
  return 1000 * (major + 4) + 10 * (minor + (major == 8 && minor > 5));
}

static int versionFor(const EmblemDeviceTable &program) {
  int version = 0;
  for (int64_t i = 0; i < program.stage_count; ++i)
    version = std::max(version, versionFor(program.stages[i].kernels[0]));
  return version;
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
  int least = INT32_MAX, leastVersion = INT32_MAX;
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
      const int version = versionFor(one);
      if (one.compute_capability > capability) {
        least = std::min(least, one.compute_capability);
      } else if (version > driver.version) {
        leastVersion = std::min(leastVersion, version);
      } else {
        program = &one;
        return EMBLEM_OK;
      }
    }
  }
  if (leastVersion != INT32_MAX)
    return fail(EMBLEM_NO_DEVICE,
                "the NVIDIA driver is for CUDA %d.%d, and the model's code "
                "needs one for CUDA %d.%d; install a later one",
                driver.version / 1000, driver.version % 1000 / 10,
                leastVersion / 1000, leastVersion % 1000 / 10);
  return fail(EMBLEM_NO_DEVICE,
              "%s%s cannot run the model's code, which needs compute "
              "capability %d.%d",
              name, end - first > 1 ? " and the devices before it" : "",
              least / 10, least % 10);
}

double Device::peakFlops(const EmblemDeviceTable &program) const {
  // Of a multiprocessor in a clock: in bf16 with sums in f32, in int8, and
  // multiply-adds in f32. From NVIDIA's figures for each architecture's fastest
  // devices: those sold for games sum in f32 at half the speed.
  static constexpr struct {
    int capability;
    double bf16, int8, plain;
  } rates[] = {{80, 2048, 4096, 128},  {86, 1024, 2048, 256},
               {87, 2048, 4096, 256},  {89, 1024, 2048, 256},
               {90, 4096, 8192, 256},  {100, 8192, 16384, 256},
               {103, 8192, 0, 256},    {110, 8192, 16384, 256},
               {120, 1024, 2048, 256}, {121, 1024, 2048, 256}};
  const std::string_view precision = program.precision;
  for (const auto &rate : rates)
    if (rate.capability == capability)
      return (precision == "plain f32" ? rate.plain
              : precision == "int8"    ? rate.int8
              // A product is three of tf32, each at half of bf16's speed.
              : precision == "f32" ? rate.bf16 / 6
                                   : rate.bf16) *
             multiprocessors * kilohertz * 1e3;
  return 0;
}

EmblemStatus Device::retainContext() {
  const Result error = driver.retainContext(&context, number);
  return error == 0
             ? EMBLEM_OK
             : driver.fail(EMBLEM_NO_DEVICE, error, "%s does not start", name);
}

void Device::releaseContext() { driver.releaseContext(number); }

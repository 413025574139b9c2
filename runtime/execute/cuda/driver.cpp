//===- driver.cpp - NVIDIA's driver, opened when it is needed -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/driver.h"

#include "runtime/platform/process.h"
#include "runtime/platform/shared_library.h"
#include "runtime/table/error.h"

#include <atomic>
#include <cstdarg>
#include <cstdio>

using namespace emblem::runtime;
using namespace emblem::runtime::cuda;

/// 11.4, of 2021: the first that makes graphs as they are made here.
static constexpr int leastVersion = 11040;

/// The process that has initialized the driver, or 0. A child that is forked
/// afterwards has none that works.
static std::atomic<int> initializedIn{0};

EmblemStatus Driver::fail(EmblemStatus status, Result error, const char *format,
                          ...) const {
  char sentence[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(sentence, sizeof(sentence), format, arguments);
  va_end(arguments);
  const char *name = nullptr, *text = nullptr;
  if (errorName(error, &name) != 0 || !name)
    name = "an error without a name";
  if (errorText(error, &text) != 0 || !text)
    text = "the driver does not say more";
  return runtime::fail(error == outOfMemory ? EMBLEM_OUT_OF_MEMORY : status,
                       "%s: %s (%d, %s)", sentence, name, error, text);
}

EmblemStatus Driver::open() {
  const int process = platform::processNumber();
  const int before = initializedIn.load(std::memory_order_relaxed);
  if (before != 0 && before != process)
    return runtime::fail(EMBLEM_NO_DEVICE,
                         "this process was forked from one that uses CUDA, "
                         "which does not work in a child; open models for cuda "
                         "in the child alone");
  const char *name = platform::environmentVariable("EMBLEM_CUDA");
  if (!name || !*name)
    name = "libcuda.so.1";
  void *library = platform::openSystemLibrary(name);
  if (!library)
    return runtime::fail(EMBLEM_NO_DEVICE,
                         "there is no NVIDIA driver here (%s)",
                         platform::openProblem());
  const char *missing = nullptr;
#define EMBLEM_DRIVER(name, symbol, parameters)                                \
  name = reinterpret_cast<Result(*) parameters>(                               \
      const_cast<void *>(platform::findSymbol(library, symbol)));              \
  if (!name)                                                                   \
    missing = symbol;
#include "runtime/execute/cuda/driver_functions.def"
  version = 0;
  if (missing || driverVersion(&version) != 0 || version < leastVersion) {
    platform::closeLibrary(library);
    return missing ? runtime::fail(EMBLEM_NO_DEVICE,
                                   "the NVIDIA driver (%s) has no %s; install "
                                   "version 470 or later",
                                   name, missing)
                   : runtime::fail(EMBLEM_NO_DEVICE,
                                   "the NVIDIA driver (%s) is for CUDA %d.%d; "
                                   "install version 470 or later, for 11.4",
                                   name, version / 1000, version % 1000 / 10);
  }
  if (const Result error = initialize(0); error != 0) {
    const EmblemStatus status =
        error == noDevice
            ? runtime::fail(EMBLEM_NO_DEVICE,
                            "the NVIDIA driver sees no device here")
            : fail(EMBLEM_NO_DEVICE, error, "the NVIDIA driver does not start");
    platform::closeLibrary(library);
    return status;
  }
  initializedIn.store(process, std::memory_order_relaxed);
  return EMBLEM_OK;
}

//===- device_wish.cpp - The device that a caller asks for ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/device_wish.h"

#include "runtime/execute/cpu/cpu_executor.h"
#include "runtime/execute/device_executor.h"
#include "runtime/table/error.h"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>

using namespace emblem::runtime;

EmblemStatus emblem::runtime::readDeviceWish(const char *text,
                                             DeviceWish &wish) {
  constexpr int mostDevices = 1024;
  const std::string_view name = text ? text : "auto";
  wish = {};
  if (name == "auto")
    return EMBLEM_OK;
  if (name == "none" || name == "cpu" || name == "cuda") {
    wish.kind = name == "none"  ? DeviceWish::None
                : name == "cpu" ? DeviceWish::Cpu
                                : DeviceWish::Cuda;
    return EMBLEM_OK;
  }
  const std::string_view prefix = "cuda:";
  const char *end = name.data() + name.size();
  if (name.starts_with(prefix)) {
    wish.kind = DeviceWish::Cuda;
    const auto [rest, error] =
        std::from_chars(name.data() + prefix.size(), end, wish.index);
    if (error == std::errc() && rest == end && wish.index >= 0 &&
        wish.index < mostDevices)
      return EMBLEM_OK;
  }
  return fail(EMBLEM_INVALID_ARGUMENT,
              "device is '%s'; it must be auto, cpu, cuda, cuda:N with a "
              "device's number from 0, or none",
              text);
}

/// Adds to the last error what a caller can do about it.
static EmblemStatus advise(EmblemStatus status, bool hasCpuStages) {
  char sentence[1024];
  std::snprintf(sentence, sizeof(sentence), "%s", lastError());
  return fail(status, "%s; %s", sentence,
              hasCpuStages ? "the model also runs on the CPU, as device cpu"
                           : "a model that is compiled with "
                             "--target=native,cuda also runs on the CPU");
}

EmblemStatus emblem::runtime::prepareExecutor(const ExecutorSetup &setup,
                                              DeviceWish wish,
                                              Executor **executor) {
  const EmblemModelTable &table = *setup.table;
  const bool hasCpuStages = table.stage_count > 0;
  switch (wish.kind) {
  case DeviceWish::None:
    return EMBLEM_OK;
  case DeviceWish::Cpu:
    return hasCpuStages
               ? prepareCpu(setup, executor)
               : fail(EMBLEM_NO_DEVICE,
                      "the model was compiled for cuda alone and has no code "
                      "for the CPU; compile it with --target=native,cuda");
  case DeviceWish::Auto:
    if (table.device_count == 0)
      return prepareCpu(setup, executor);
    break;
  case DeviceWish::Cuda:
    if (table.device_count == 0)
      return fail(EMBLEM_NO_DEVICE,
                  "the model was compiled for the CPU alone; compile it with "
                  "--target=%s,cuda, and without --static, for a device, or "
                  "open it as device cpu",
                  table.target);
  }
  const EmblemStatus status =
      prepareDevice(setup, EMBLEM_DEVICE_CUDA, wish.index, executor);
  if (status == EMBLEM_OK)
    return EMBLEM_OK;
  if (wish.kind == DeviceWish::Auto && hasCpuStages)
    return prepareCpu(setup, executor); // the last error says why
  return advise(status, hasCpuStages);
}

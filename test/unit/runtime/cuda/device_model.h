//===- device_model.h - The small model, for a device too -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_RUNTIME_CUDA_DEVICE_MODEL_H
#define EMBLEM_TEST_UNIT_RUNTIME_CUDA_DEVICE_MODEL_H

#include "emblem/device_table.h"
#include "test/unit/runtime/cuda/recording_driver.h"
#include "test/unit/runtime/small_model.h"

/// The small model with code for the recording driver, which it sets up anew
/// and has the runtime open. Its vectors are expectedVectors() on the device,
/// too. Stages: "embed" (two row classes), "tiles", "pool"; weights: a factor of
/// 1 for each component, out of panels.
struct DeviceModel {
  DeviceModel();
  ~DeviceModel();
  DeviceModel(const DeviceModel &) = delete;

  /// Without stages for the CPU.
  void forDeviceAlone() {
    table.stages = nullptr;
    table.stage_count = 0;
  }

  EmblemModelTable table = smallModel();
  EmblemDeviceTable device = {};
  EmblemDeviceKernel embedKernels[2], tileKernels[1], poolKernels[1];
  EmblemDeviceArgument embedArguments[7], tileArguments[3], poolArguments[6];
  EmblemDeviceStage stages[3];
  EmblemDeviceWeight weights[2];
  alignas(64) float packed[32] = {}; // the table's weights
};

/// The library that the runtime opens.
RecordingDriver &driver();

/// Of that name in it.
void *driverSymbol(const char *name);
template <typename FunctionT> FunctionT *driverFunction(const char *name) {
  return reinterpret_cast<FunctionT *>(driverSymbol(name));
}

EmblemOptions optionsFor(const char *device);

/// What sequences give, by emblem_embed_ids; the status where that fails.
EmblemStatus embed(EmblemModel *model, const Sequences &sequences,
                   std::vector<float> &vectors);

/// Opens on that device, and embeds; expects it to go well.
std::vector<float> embedOn(const DeviceModel &model, const char *device,
                           const Sequences &sequences);

#endif // EMBLEM_TEST_UNIT_RUNTIME_CUDA_DEVICE_MODEL_H

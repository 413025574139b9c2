//===- lowered_model.h - A model of a program, lowered ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_LOWERED_MODEL_H
#define EMBLEM_COMPILER_DRIVER_LOWERED_MODEL_H

#include "compiler/accuracy/live_values.h"
#include "compiler/backend/device/device_code.h"
#include "compiler/backend/device/device_weights.h"
#include "compiler/frontend/load_model.h"
#include "compiler/package/weight_section.h"

namespace emblem::driver {

/// A model's code for a device.
struct LoweredDevice {
  mlir::OwningOpRef<mlir::ModuleOp> module; // its program of device stages
  device::Code code;
  package::WeightSection weights;    // all that it reads
  device::WeightPlacement placement; // where they are in the program's
};

/// A model of the program that is compiled, behind the pipeline.
struct LoweredModel {
  frontend::LoadedModel *source;            // in emb
  mlir::OwningOpRef<mlir::ModuleOp> module; // null: for the device alone
  package::WeightSection weights;           // the CPU's
  std::vector<accuracy::LiveValue> values;  // of its activations
  std::optional<LoweredDevice> device;

  /// What the table is made of: the CPU's, or where there is none, the device's.
  mlir::ModuleOp getHostModule() const {
    return module ? *module : *device->module;
  }
  /// Where the device's own weights begin, behind the CPU's.
  int64_t getDeviceWeights() const {
    return llvm::alignTo(weights.getBytes(), 64);
  }
  /// Of both.
  int64_t getWeightBytes() const {
    return device ? getDeviceWeights() + device->placement.ownBytes
                  : weights.getBytes();
  }
  int64_t getParameters() const {
    return module ? weights.getParameters() : device->weights.getParameters();
  }
};

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_LOWERED_MODEL_H

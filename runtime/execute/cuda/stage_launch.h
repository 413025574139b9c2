//===- stage_launch.h - A batch's stages, launched --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CUDA_STAGE_LAUNCH_H
#define EMBLEM_RUNTIME_EXECUTE_CUDA_STAGE_LAUNCH_H

#include "runtime/execute/cuda/batch_rows.h"
#include "runtime/execute/cuda/shared_program.h"

namespace emblem::runtime::cuda {

/// A kernel's parameters, at most.
inline constexpr int64_t mostArguments = 32;

/// Where everything of a batch lies on the device.
struct DevicePlaces {
  DevicePointer arena, weights, input, outputs;
  int64_t capacity; // tokens that the arena is laid out for
  const int64_t *outputPlace;
};

/// A batch's launches on one stream: all of its stages, but for those that
/// write what nobody wants.
struct StageLaunches {
  SharedProgram &shared;
  const EmblemDeviceTable &program;
  const DevicePlaces &places;
  const InputLayout &layout;
  BatchRows rows;    // that the grids are for
  uint32_t unwanted; // bit i: nobody asks for output i
  Stream stream;

  bool isWanted(const EmblemDeviceStage &stage) const {
    return stage.output < 0 || !(unwanted >> stage.output & 1);
  }

  /// Loads the kernels that launch() needs.
  EmblemStatus load() const;
  /// Launches all; with `events` [stages + 1] there is one before each stage
  /// and one behind the last.
  EmblemStatus launch(Event *events) const;

private:
  int64_t kernelOf(const EmblemDeviceStage &stage) const;
  DevicePointer addressOf(const EmblemDeviceArgument &argument) const;
  Result launchStage(int64_t index) const;
};

} // namespace emblem::runtime::cuda

#endif // EMBLEM_RUNTIME_EXECUTE_CUDA_STAGE_LAUNCH_H

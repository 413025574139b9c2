//===- sensitivity.h - Layers that need a higher precision ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Where a precision is too coarse for a model, it is mostly so for a few
// layers. Which ones is measured: the model runs with each layer in turn left
// in a higher precision, and is compared with itself in f32.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_SENSITIVITY_H
#define EMBLEM_COMPILER_DRIVER_SENSITIVITY_H

#include "compiler/accuracy/cosines.h"
#include "compiler/driver/layer_trials.h"
#include "compiler/driver/reference.h"

namespace emblem::driver {

struct SensitivityInputs {
  InProcessInputs model; // its module has its input ranges, and stays as it is
  PipelineOptions options; // of a precision below f32, for a target that runs
                           // here
  PlainProgram plain;
  int64_t dimension; // of the model's vectors
  const Reference &reference;
};

/// The fewest layers, the most sensitive ones, with which the model `suffices`
/// in the least of the higher precisions; none where it would take all layers.
/// Three programs at most are compiled for each higher precision.
llvm::Expected<KeptStages> findSensitiveLayers(
    const SensitivityInputs &inputs,
    llvm::function_ref<bool(const accuracy::Cosines &)> suffices);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_SENSITIVITY_H

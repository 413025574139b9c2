//===- sensitivity.h - Which layers a precision is too coarse for *- C++
//-*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Where a precision is too coarse for a model, it is mostly so for a few
// layers. Which ones is measured: the model is compiled with each layer left in
// a higher precision in turn, and compared with itself in f32.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_SENSITIVITY_H
#define EMBLEM_COMPILER_DRIVER_SENSITIVITY_H

#include "compiler/accuracy/cosines.h"
#include "compiler/driver/pipeline.h"
#include "compiler/driver/reference.h"

namespace emblem::driver {

struct SensitivityInputs {
  mlir::ModuleOp module; // in emb, with its input ranges; stays as it is
  const frontend::WeightStore &store;
  llvm::StringRef tokenizer; // its tables; empty: none
  const Target &target;      // runs here
  Precision precision;       // below f32
  int threads;               // as EmblemOptions has it
  int64_t dimension;         // of the model's vectors
  const Reference &reference;
};

/// The fewest layers, the most sensitive ones, with which the model `suffices`
/// in the least of the higher precisions; none where it would take all layers.
llvm::Expected<KeptStages> findSensitiveLayers(
    const SensitivityInputs &inputs,
    llvm::function_ref<bool(const accuracy::Cosines &)> suffices);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_SENSITIVITY_H

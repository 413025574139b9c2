//===- lowered_model.h - A model of a program, lowered ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_LOWERED_MODEL_H
#define EMBLEM_COMPILER_DRIVER_LOWERED_MODEL_H

#include "compiler/accuracy/live_values.h"
#include "compiler/frontend/load_model.h"
#include "compiler/package/weight_section.h"

namespace emblem::driver {

/// A model of the program that is compiled, behind the pipeline.
struct LoweredModel {
  frontend::LoadedModel *source; // in emb
  mlir::OwningOpRef<mlir::ModuleOp> module;
  package::WeightSection weights;
  std::vector<accuracy::LiveValue> values; // of its activations
};

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_LOWERED_MODEL_H

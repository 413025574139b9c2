//===- emblem_opt.cpp - Passes and pipelines over textual IR --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/pipeline.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  emblem::registerPipelineDialects(registry);
  // What emblemc --print-pipeline names: Emblem's passes and MLIR's.
  mlir::registerTransformsPasses();
  mlir::registerConversionPasses();
  emblem::registerPipelines();
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "Emblem's passes over textual IR\n", registry));
}

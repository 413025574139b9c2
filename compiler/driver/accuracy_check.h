//===- accuracy_check.h - The chosen precision beside f32 -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_ACCURACY_CHECK_H
#define EMBLEM_COMPILER_DRIVER_ACCURACY_CHECK_H

#include "compiler/accuracy/accuracy_report.h"
#include "compiler/codegen/program.h"

namespace emblem::driver {

struct AccuracyCheck {
  llvm::Module &program; // what buildProgram made
  codegen::ProgramData data;
  mlir::ModuleOp reference; // the same model in emb; it is lowered in f32
  const frontend::WeightStore &store;
  const Target &target;
  int threads; // as EmblemOptions has it
};

/// Compiles the reference, runs both here on the probe texts and compares their
/// vectors. Where the target does not run here, the report says so.
llvm::Expected<accuracy::AccuracyReport>
checkAccuracy(const AccuracyCheck &check);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_ACCURACY_CHECK_H

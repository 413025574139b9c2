//===- report.h - How a model was compiled ----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_REPORT_H
#define EMBLEM_COMPILER_DRIVER_REPORT_H

#include "compiler/accuracy/accuracy_report.h"
#include "compiler/target/target_table.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace emblem::driver {

/// One line of JSON for EmblemModelTable.report. `lowered` went through the
/// pipeline; `accuracy` is null in f32.
std::string writeReport(mlir::ModuleOp lowered, const Target &target,
                        const accuracy::AccuracyReport *accuracy);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_REPORT_H

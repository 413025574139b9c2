//===- report.h - The report of a compilation -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_REPORT_H
#define EMBLEM_COMPILER_DRIVER_REPORT_H

#include "compiler/accuracy/accuracy_report.h"
#include "compiler/driver/kernel_choices.h"
#include "compiler/driver/lowered_model.h"
#include "compiler/driver/pipeline.h"
#include "compiler/driver/reference.h"
#include "compiler/frontend/architecture/model_choices.h"
#include "compiler/target/target_table.h"

#include <string>

namespace emblem::driver {

struct CompilationReport {
  llvm::ArrayRef<LoweredModel> models;
  const Target &target;
  const DeviceTarget *device; // or null
  const frontend::ModelChoices &asked;
  const KeptStages &kept;
  const KernelChoices *choices;                     // null: not measured
  std::optional<accuracy::AccuracyReport> accuracy; // none in f32
  const Calibration *calibration;                   // null: none
};

/// One line of JSON, for EmblemModelTable.report.
std::string writeReport(const CompilationReport &report);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_REPORT_H

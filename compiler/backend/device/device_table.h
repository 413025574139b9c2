//===- device_table.h - The constants that tell of a device -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_DEVICE_DEVICE_TABLE_H
#define EMBLEM_COMPILER_BACKEND_DEVICE_DEVICE_TABLE_H

#include "compiler/backend/device/device_code.h"
#include "compiler/backend/device/device_weights.h"
#include "compiler/target/device/device_target.h"
#include "compiler/target/precision_table.h"

#include "llvm/IR/Module.h"

namespace emblem::device {

/// What of the table is not in the kernel.program.
struct TableInputs {
  const DeviceTarget *target;
  Precision precision;
  bool plainF32; // not in parts of tf32
  const Code *code;
  const WeightPlacement *weights;
};

/// Adds the constant EmblemDeviceTable (emblem/device_table.h) of the module's
/// program of device stages; returns a pointer to it.
llvm::Constant *addTable(mlir::ModuleOp module, const TableInputs &inputs,
                         llvm::Module &program);

} // namespace emblem::device

#endif // EMBLEM_COMPILER_BACKEND_DEVICE_DEVICE_TABLE_H

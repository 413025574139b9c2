//===- device_diagnostic.cpp - A pass's device, or an error at its op -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/device/device_diagnostic.h"

#include "mlir/IR/Diagnostics.h"

const emblem::DeviceTarget *
emblem::findDeviceTargetOrEmit(mlir::Operation *op, llvm::StringRef name) {
  const DeviceTarget *found = findDeviceTarget(name);
  if (!found)
    op->emitError("there is no device '") << name << "'";
  return found;
}

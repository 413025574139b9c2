//===- device_diagnostic.h - A pass's device, or an error -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TARGET_DEVICE_DEVICE_DIAGNOSTIC_H
#define EMBLEM_COMPILER_TARGET_DEVICE_DEVICE_DIAGNOSTIC_H

#include "compiler/target/device/device_target.h"

#include "mlir/IR/Operation.h"

namespace emblem {

/// The device of that name; null where there is none, after an error at `op`.
const DeviceTarget *findDeviceTargetOrEmit(mlir::Operation *op,
                                           llvm::StringRef name);

} // namespace emblem

#endif // EMBLEM_COMPILER_TARGET_DEVICE_DEVICE_DIAGNOSTIC_H

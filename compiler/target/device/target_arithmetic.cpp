//===- target_arithmetic.cpp - Narrow products of any target --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/device/target_arithmetic.h"

#include "compiler/target/device/device_target.h"
#include "compiler/target/target_diagnostic.h"

using namespace emblem;

std::optional<NarrowArithmetic>
emblem::findNarrowArithmeticOrEmit(mlir::Operation *op,
                                   llvm::StringRef target) {
  if (const DeviceTarget *device = findDeviceTarget(target))
    return device->arithmetic;
  if (const Target *cpu = findTargetOrEmit(op, target))
    return cpu->getNarrowArithmetic();
  return std::nullopt;
}

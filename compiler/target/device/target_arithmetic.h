//===- target_arithmetic.h - Narrow products of any target ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TARGET_DEVICE_TARGET_ARITHMETIC_H
#define EMBLEM_COMPILER_TARGET_DEVICE_TARGET_ARITHMETIC_H

#include "compiler/target/narrow_arithmetic.h"

#include "mlir/IR/Operation.h"

#include <optional>

namespace emblem {

/// That of the CPU or the device of a name; none where there is no such target,
/// after an error at `op` that lists those known.
std::optional<NarrowArithmetic>
findNarrowArithmeticOrEmit(mlir::Operation *op, llvm::StringRef target);

} // namespace emblem

#endif // EMBLEM_COMPILER_TARGET_DEVICE_TARGET_ARITHMETIC_H

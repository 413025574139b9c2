//===- target_diagnostic.h - A pass's target, or an error -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TARGET_TARGET_DIAGNOSTIC_H
#define EMBLEM_COMPILER_TARGET_TARGET_DIAGNOSTIC_H

#include "compiler/target/target_table.h"

#include "mlir/IR/Operation.h"

namespace emblem {

/// The target of that name; null where there is none, after an error at `op`
/// that lists those known.
const Target *findTargetOrEmit(mlir::Operation *op, llvm::StringRef name);

} // namespace emblem

#endif // EMBLEM_COMPILER_TARGET_TARGET_DIAGNOSTIC_H

//===- target_diagnostic.cpp - A pass's target, or an error at its op -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/target_diagnostic.h"

#include "mlir/IR/Diagnostics.h"

const emblem::Target *emblem::findTargetOrEmit(mlir::Operation *op,
                                               llvm::StringRef name) {
  llvm::Expected<const Target *> found = findTarget(name);
  if (found)
    return *found;
  op->emitError() << llvm::toString(found.takeError());
  return nullptr;
}

//===- device_code.h - The code of a device's kernels -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_DEVICE_DEVICE_CODE_H
#define EMBLEM_COMPILER_BACKEND_DEVICE_DEVICE_CODE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace emblem::device {

/// The text of each gpu.binary, by its name, in the module's order.
using Code = llvm::MapVector<mlir::StringAttr, std::string>;

/// Takes the binaries out of the module, whose stages go on naming them.
llvm::Expected<Code> takeCode(mlir::ModuleOp module);

/// All of it as one PTX module.
void writePtx(const Code &code, llvm::raw_ostream &out);

} // namespace emblem::device

#endif // EMBLEM_COMPILER_BACKEND_DEVICE_DEVICE_CODE_H

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

/// A kernel's code.
struct KernelCode {
  std::string text;    // PTX
  std::string machine; // the same for one chip; empty: none
};

/// That of each gpu.binary, by its name, in the module's order.
using Code = llvm::MapVector<mlir::StringAttr, KernelCode>;

/// Takes the binaries out of the module, whose stages go on naming them.
llvm::Expected<Code> takeCode(mlir::ModuleOp module);

/// Adds machine code for a chip ("sm_90"), which the assembler of a CUDA toolkit
/// makes of the text: ptxas, as EMBLEM_PTXAS or PATH has it.
llvm::Error assemble(Code &code, llvm::StringRef chip);

/// All of it as one PTX module.
void writePtx(const Code &code, llvm::raw_ostream &out);

} // namespace emblem::device

#endif // EMBLEM_COMPILER_BACKEND_DEVICE_DEVICE_CODE_H

//===- kernel_translation.cpp - The kernel dialect in LLVM IR -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/program/kernel_translation.h"

#include "dialects/kernel/kernel_dialect.h"

#include "mlir/Target/LLVMIR/LLVMTranslationInterface.h"

using namespace mlir;
using namespace emblem;

namespace {
struct KernelTranslation : LLVMTranslationDialectInterface {
  using LLVMTranslationDialectInterface::LLVMTranslationDialectInterface;

  LogicalResult convertOperation(Operation *op, llvm::IRBuilderBase &,
                                 LLVM::ModuleTranslation &) const override {
    return success(isa<kernel::ProgramOp>(op));
  }
};
} // namespace

void cpu::registerKernelTranslation(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *, kernel::KernelDialect *dialect) {
    dialect->addInterfaces<KernelTranslation>();
  });
}

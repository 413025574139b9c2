//===- cpu_backend.cpp - Code for CPUs ------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/cpu_backend.h"

#include "compiler/backend/cpu/halide/passes.h"
#include "compiler/backend/cpu/memory/passes.h"
#include "compiler/backend/cpu/mlir/passes.h"
#include "compiler/backend/cpu/program/kernel_translation.h"
#include "compiler/backend/cpu/registry/passes.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/ConvertToLLVM/ToLLVMPass.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace emblem;

void cpu::addStagePasses(OpPassManager &passes, const BackendOptions &options) {
  std::string target = options.target->name.str();

  // clang-format off
  passes.addPass(createPackWeights({target}));           // only weights still read get a place
  passes.addPass(createPlanMemory({target}));            // rows get places in one arena
  passes.addPass(createOutlineStages({target}));         // values -> buffers; kernels -> functions
  passes.addPass(createAssignProviders({target, options.kernels})); // outlined: a norm at a kernel's end is one of its own
  // clang-format on
}

void cpu::addCodePasses(OpPassManager &passes, const BackendOptions &options) {
  for (const KernelProvider &provider : llvm::reverse(allProviders()))
    provider.addPasses(passes, *options.target); // each its own kernels

  // clang-format off
  passes.addPass(createCanonicalizerPass());             // constants to the entry, index sums folded
  passes.addPass(createCSEPass());
  passes.addPass(createSCFToControlFlowPass());          // scf -> cf
  passes.addPass(createConvertVectorToLLVMPass());       // vector -> llvm
  passes.addPass(createConvertToLLVMPass());             // math, arith, memref, func, cf -> llvm, with C wrappers for stages
  passes.addPass(createReconcileUnrealizedCastsPass());  // nothing may be left between
  // clang-format on
}

void cpu::registerDialects(DialectRegistry &registry) {
  registry.insert<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect,
                  math::MathDialect, memref::MemRefDialect, scf::SCFDialect,
                  vector::VectorDialect>();
  arith::registerConvertArithToLLVMInterface(registry);
  cf::registerConvertControlFlowToLLVMInterface(registry);
  registerConvertFuncToLLVMInterface(registry);
  registerConvertMathToLLVMInterface(registry);
  registerConvertMemRefToLLVMInterface(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerKernelTranslation(registry);
}

void cpu::registerPasses() {
  registerEmblemMemoryPasses();
  registerEmblemProviderPasses();
  registerEmblemLoopsPasses();
  halide::registerEmblemHalidePasses();
}

//===- cuda_backend.cpp - Code for NVIDIA's GPUs --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/cuda_backend.h"

#include "compiler/backend/cuda/passes.h"
#include "dialects/device/device_dialect.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/ConvertToLLVM/ToLLVMPass.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/NVVMToLLVM/NVVMToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Target/LLVM/NVVM/Target.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace emblem;

void cuda::addStagePasses(OpPassManager &passes,
                          const DeviceBackendOptions &options) {
  std::string name = options.target->name.str();

  // clang-format off
  passes.addPass(createSeparateEpilogues());             // norms, second results: kernels of their own
  passes.addPass(createPlanDeviceMemory({name}));        // rows and weights get places
  passes.addPass(createConvertKernelToGpu({name, options.plainF32})); // kernels -> stages and functions
  // clang-format on
}

void cuda::addCodePasses(OpPassManager &passes,
                         const DeviceBackendOptions &options) {
  const DeviceTarget &target = *options.target;
  GpuNVVMAttachTargetOptions chip;
  chip.chip = target.chip.str();
  chip.features = target.features.str();
  chip.optLevel = 3;
  ConvertGpuOpsToNVVMOpsOptions pointers;
  pointers.useBarePtrCallConv = true;
  GpuModuleToBinaryPassOptions ptx;
  ptx.compilationTarget = "isa";

  // clang-format off
  passes.addPass(createGpuNVVMAttachTarget(chip));
  OpPassManager &code = passes.nest<gpu::GPUModuleOp>();
  code.addPass(createCanonicalizerPass());               // sums of offsets folded
  code.addPass(createCSEPass());
  code.addPass(createSCFToControlFlowPass());            // scf -> cf
  code.addPass(createConvertGpuOpsToNVVMOps(pointers));  // gpu, arith, math, cf -> llvm, nvvm
  code.addPass(createConvertVectorToLLVMPass());         // vector -> llvm
  code.addPass(createConvertNVVMToLLVMPass());           // what has no intrinsic -> inline PTX
  code.addPass(createCanonicalizerPass());
  code.addPass(createCSEPass());
  code.addPass(createReconcileUnrealizedCastsPass());    // nothing may be left between
  passes.addPass(createGpuModuleToBinaryPass(ptx));      // -> PTX
  // clang-format on
}

void cuda::registerDialects(DialectRegistry &registry) {
  registry.insert<device::DeviceDialect, gpu::GPUDialect, NVVM::NVVMDialect,
                  scf::SCFDialect>();
  arith::registerConvertArithToLLVMInterface(registry);
  cf::registerConvertControlFlowToLLVMInterface(registry);
  registerConvertMathToLLVMInterface(registry);
  NVVM::registerNVVMTargetInterfaceExternalModels(registry);
  registerBuiltinDialectTranslation(registry);
  registerGPUDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
}

void cuda::registerPasses() {
  registerEmblemCudaPasses();
  // The other upstream passes are among MLIR's conversions.
  registerGpuNVVMAttachTarget();
  registerGpuModuleToBinaryPass();
}

//===- pipeline.cpp - All passes, in order --------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/pipeline.h"

#include "compiler/backend/cpu/halide/passes.h"
#include "compiler/backend/cpu/memory/passes.h"
#include "compiler/backend/cpu/mlir/passes.h"
#include "compiler/backend/cpu/registry/passes.h"
#include "compiler/transforms/passes.h"

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
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace emblem;

void emblem::buildKernelPipeline(OpPassManager &passes,
                                 const PipelineOptions &options) {
  std::string target = options.target->name.str();
  std::string precision = describe(options.precision).name.str();
  std::string kept = describe(options.kept.precision).name.str();
  auto onFunction = [&](std::unique_ptr<Pass> pass) {
    passes.addNestedPass<func::FuncOp>(std::move(pass));
  };

  // clang-format off
  passes.addPass(createCanonicalizerPass());             // emb, tidied
  passes.addPass(createCSEPass());                       // a weight used twice is read once
  passes.addPass(createConvertEmbToKernel());            // emb -> kernel values
  onFunction(createLowerPrecision({target, precision, options.kept.names, kept})); // before fusion: a quantize fuses as well
  passes.addPass(createCSEPass());                       // narrowed weights, read twice, are one
  onFunction(createFuseEpilogues());                     // before packing: it moves operands, not layouts
  passes.addPass(createCSEPass());                       // kernels share their weights
  onFunction(cpu::createPackWeights({target}));               // after fusion: only weights still read get a place
  onFunction(cpu::createPlanMemory({target}));                // after fusion: fewer values live
  passes.addPass(cpu::createOutlineStages({target}));         // values -> buffers; kernels -> functions
  passes.addPass(cpu::createAssignProviders({target, options.kernels})); // outlined: a norm at a kernel's end is one of its own
  // clang-format on
}

void emblem::buildLoopPipeline(OpPassManager &passes,
                               const PipelineOptions &options) {
  for (const cpu::KernelProvider &provider : llvm::reverse(cpu::allProviders()))
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

void emblem::buildPipeline(OpPassManager &passes,
                           const PipelineOptions &options) {
  buildKernelPipeline(passes, options);
  buildLoopPipeline(passes, options);
}

void emblem::registerPipelineDialects(DialectRegistry &registry) {
  registry
      .insert<emb::EmbDialect, kernel::KernelDialect, arith::ArithDialect,
              func::FuncDialect, LLVM::LLVMDialect, math::MathDialect,
              memref::MemRefDialect, scf::SCFDialect, vector::VectorDialect>();
  arith::registerConvertArithToLLVMInterface(registry);
  cf::registerConvertControlFlowToLLVMInterface(registry);
  registerConvertFuncToLLVMInterface(registry);
  registerConvertMathToLLVMInterface(registry);
  registerConvertMemRefToLLVMInterface(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

void emblem::registerPipelineDialects(MLIRContext &context) {
  DialectRegistry registry;
  registerPipelineDialects(registry);
  context.appendDialectRegistry(registry);
}

namespace {
/// What a pipeline takes on emblem-opt's command line.
struct CommandLineOptions : PassPipelineOptions<CommandLineOptions> {
  Option<std::string> target{*this, "target",
                             llvm::cl::desc("the machine to write for"),
                             llvm::cl::init("native")};
  Option<std::string> precision{*this, "precision",
                                llvm::cl::desc("f32, bf16, int8 or int4"),
                                llvm::cl::init("f32")};
  Option<std::string> kernels{
      *this, "kernels", llvm::cl::desc("whose kernels: auto, mlir or halide"),
      llvm::cl::init("auto")};
};
} // namespace

static void registerPipeline(StringRef name, StringRef description,
                             void (*build)(OpPassManager &,
                                           const PipelineOptions &)) {
  // Registrations live as long as the process, as MLIR's own do.
  static SmallVector<
      std::unique_ptr<PassPipelineRegistration<CommandLineOptions>>>
      registrations;
  registrations.push_back(
      std::make_unique<PassPipelineRegistration<CommandLineOptions>>(
          name, description,
          [build](OpPassManager &passes, const CommandLineOptions &options) {
            llvm::Expected<const Target *> target = findTarget(options.target);
            if (!target)
              llvm::report_fatal_error(target.takeError(), /*gen_crash=*/false);
            llvm::Expected<Precision> precision =
                findPrecision(options.precision);
            if (!precision)
              llvm::report_fatal_error(precision.takeError(),
                                       /*gen_crash=*/false);
            build(passes, {*target, *precision, {}, options.kernels});
          }));
}

void emblem::registerPipelines() {
  registerEmblemTransformsPasses();
  cpu::registerEmblemMemoryPasses();
  cpu::registerEmblemProviderPasses();
  cpu::registerEmblemLoopsPasses();
  halide::registerEmblemHalidePasses();
  registerPipeline("emblem-pipeline", "emb -> llvm dialect", buildPipeline);
  registerPipeline("emblem-kernels", "emb -> kernels as functions",
                   buildKernelPipeline);
  registerPipeline("emblem-loops", "kernels as functions -> llvm dialect",
                   buildLoopPipeline);
}

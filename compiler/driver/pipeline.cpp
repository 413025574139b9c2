//===- pipeline.cpp - All passes, in order --------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/pipeline.h"

#include "compiler/backend/backends.h"
#include "compiler/transforms/passes.h"

#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace emblem;

/// From a model to fused kernels of values, in types that the target multiplies.
static void addKernelPasses(OpPassManager &passes, StringRef targetName,
                            Precision precisionOf,
                            const KeptStages &keptStages) {
  std::string target = targetName.str();
  std::string precision = describe(precisionOf).name.str();
  std::string kept = describe(keptStages.precision).name.str();

  // clang-format off
  passes.addPass(createCanonicalizerPass());             // emb, tidied
  passes.addPass(createCSEPass());                       // a weight used twice is read once
  passes.addPass(createConvertEmbToKernel());            // emb -> kernel values
  passes.addPass(createLowerPrecision({target, precision, keptStages.names, kept})); // before fusion: a quantize fuses as well
  passes.addPass(createCSEPass());                       // narrowed weights, read twice, are one
  passes.addPass(createFuseEpilogues());                 // before the backend: it moves operands, not layouts
  passes.addPass(createCSEPass());                       // kernels share their weights
  // clang-format on
}

void emblem::buildKernelPipeline(OpPassManager &passes,
                                 const PipelineOptions &options) {
  addKernelPasses(passes, options.target->name, options.precision,
                  options.kept);
  passes.addPass(
      createExposeInnerRows()); // behind fusion, which stays as it is without
  // Layouts, memory; kernels -> stages.
  getBackend(*options.target)
      .addStagePasses(passes, {options.target, options.kernels});
}

void emblem::buildDeviceStagePipeline(OpPassManager &passes,
                                      const DevicePipelineOptions &options) {
  addKernelPasses(passes, options.target->name, options.precision,
                  options.kept);
  getBackend(*options.target)
      .addStagePasses(passes, {options.target, options.plainF32});
}

void emblem::buildDevicePipeline(OpPassManager &passes,
                                 const DevicePipelineOptions &options) {
  buildDeviceStagePipeline(passes, options);
  getBackend(*options.target)
      .addCodePasses(passes, {options.target, options.plainF32});
}

void emblem::buildLoopPipeline(OpPassManager &passes,
                               const PipelineOptions &options) {
  getBackend(*options.target)
      .addCodePasses(passes, {options.target, options.kernels});
}

void emblem::buildPipeline(OpPassManager &passes,
                           const PipelineOptions &options) {
  buildKernelPipeline(passes, options);
  buildLoopPipeline(passes, options);
}

void emblem::registerPipelineDialects(DialectRegistry &registry) {
  registry.insert<emb::EmbDialect, kernel::KernelDialect>();
  for (const Backend &backend : allBackends())
    backend.registerDialects(registry);
  for (const DeviceBackend &backend : allDeviceBackends())
    backend.registerDialects(registry);
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
                                llvm::cl::desc("f32, f16, bf16, int8 or int4"),
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

namespace {
/// The same of a device.
struct DeviceCommandLineOptions
    : PassPipelineOptions<DeviceCommandLineOptions> {
  Option<std::string> target{*this, "target", llvm::cl::desc("the device"),
                             llvm::cl::init("cuda")};
  Option<std::string> precision{*this, "precision",
                                llvm::cl::desc("f32, f16, bf16 or int8"),
                                llvm::cl::init("f32")};
  Option<bool> plainF32{*this, "plain-f32",
                        llvm::cl::desc("multiply f32 as it is"),
                        llvm::cl::init(false)};
};
} // namespace

static void registerDevicePipeline(
    StringRef name, StringRef description,
    void (*build)(OpPassManager &, const DevicePipelineOptions &)) {
  static SmallVector<
      std::unique_ptr<PassPipelineRegistration<DeviceCommandLineOptions>>>
      registrations;
  registrations.push_back(
      std::make_unique<PassPipelineRegistration<DeviceCommandLineOptions>>(
          name, description,
          [build](OpPassManager &passes,
                  const DeviceCommandLineOptions &options) {
            const DeviceTarget *target = findDeviceTarget(options.target);
            if (!target)
              llvm::report_fatal_error(llvm::Twine("there is no device '") +
                                           options.target + "'",
                                       /*gen_crash=*/false);
            llvm::Expected<Precision> precision =
                findPrecision(options.precision);
            if (!precision)
              llvm::report_fatal_error(precision.takeError(),
                                       /*gen_crash=*/false);
            build(passes, {target, *precision, {}, options.plainF32});
          }));
}

void emblem::registerPipelines() {
  registerEmblemTransformsPasses();
  for (const Backend &backend : allBackends())
    backend.registerPasses();
  for (const DeviceBackend &backend : allDeviceBackends())
    backend.registerPasses();
  registerPipeline("emblem-pipeline", "emb -> llvm dialect", buildPipeline);
  registerPipeline("emblem-kernels", "emb -> kernels as functions",
                   buildKernelPipeline);
  registerPipeline("emblem-loops", "kernels as functions -> llvm dialect",
                   buildLoopPipeline);
  registerDevicePipeline("emblem-device-stages", "emb -> device stages",
                         buildDeviceStagePipeline);
  registerDevicePipeline("emblem-device", "emb -> a device's code",
                         buildDevicePipeline);
}

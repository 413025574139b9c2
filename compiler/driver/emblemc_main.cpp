//===- emblemc_main.cpp - The compiler as a command -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/compile.h"
#include "compiler/driver/pipeline.h"
#include "compiler/emit/output_file.h"
#include "compiler/files/error_sentence.h"
#include "compiler/files/hub_cache.h"
#include "compiler/files/watched_files.h"
#include "compiler/frontend/model_list.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

#include <csignal>

using namespace emblem;
using namespace emblem::driver;

static llvm::Error printPipeline(const Options &options) {
  mlir::MLIRContext context;
  auto print = [](const mlir::PassManager &passes) {
    passes.printAsTextualPipeline(llvm::outs(), /*pretty=*/true);
    llvm::outs() << "\n";
  };
  if (options.onCpu) {
    auto passes = mlir::PassManager::on<mlir::ModuleOp>(&context);
    buildPipeline(passes,
                  {options.target, options.precision, {}, options.kernels});
    print(passes);
  }
  if (options.device) {
    auto passes = mlir::PassManager::on<mlir::ModuleOp>(&context);
    buildDevicePipeline(
        passes, {options.device, options.precision, {}, options.plainF32});
    print(passes);
  }
  return emit::flushStandardOutput();
}

static llvm::Error listModels() {
  frontend::writeModelList(llvm::outs());
  return emit::flushStandardOutput();
}

/// A line a target: its name, whether it runs here, and which one is native.
static llvm::Error listTargets() {
  const Target *native = nullptr; // none runs here
  if (llvm::Error error = findTarget("native").moveInto(native))
    llvm::consumeError(std::move(error));
  size_t width = 0;
  for (const Target &target : allTargets())
    width = std::max(width, target.name.size());
  for (const Target &target : allTargets()) {
    llvm::outs() << target.name;
    if (runsHere(target))
      llvm::outs().indent(width + 2 - target.name.size())
          << (&target == native ? "runs here; native" : "runs here");
    llvm::outs() << "\n";
  }
  for (const DeviceTarget &device : allDeviceTargets()) {
    llvm::outs() << device.name;
    llvm::outs().indent(width + 2 - device.name.size())
        << "a device, alone or beside a CPU\n";
  }
  return emit::flushStandardOutput();
}

static llvm::Error findAndCompile(Options &options) {
  if (llvm::Error error = frontend::findModel(options.model, options.revision)
                              .moveInto(options.model))
    return error;
  return compile(options);
}

int driver::emblemcMain(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  frontend::sayFatalErrors("emblemc");
  frontend::reportCutFiles("emblemc");
  // A file at its size limit is a write that fails, with a sentence.
  std::signal(SIGXFSZ, SIG_IGN);
  std::optional<Options> options = parseOptions(argc, argv);
  if (!options)
    return 2;
  llvm::Error error = options->listModels      ? listModels()
                      : options->listTargets   ? listTargets()
                      : options->printPipeline ? printPipeline(*options)
                                               : findAndCompile(*options);
  if (!error)
    return 0;
  llvm::WithColor::error(llvm::errs(), "emblemc")
      << frontend::toSentence(std::move(error)) << "\n";
  return 1;
}

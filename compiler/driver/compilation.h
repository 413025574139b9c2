//===- compilation.h - One run of the compiler ------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_COMPILATION_H
#define EMBLEM_COMPILER_DRIVER_COMPILATION_H

#include "compiler/accuracy/accuracy_report.h"
#include "compiler/backend/cpu/program/program.h"
#include "compiler/driver/kernel_choices.h"
#include "compiler/driver/lowered_model.h"
#include "compiler/driver/options.h"
#include "compiler/driver/pipeline.h"
#include "compiler/driver/progress.h"
#include "compiler/driver/reference.h"
#include "compiler/emit/model_file.h"
#include "compiler/package/model_summary.h"
#include "compiler/tokenizer/compile/token_texts.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/ThreadPool.h"

namespace emblem::driver {

/// What a model returns.
inline emb::ReturnOp getReturn(emb::ModelOp model) {
  return mlir::cast<emb::ReturnOp>(model.getBody().front().getTerminator());
}

/// One run of the compiler: a function a phase, in the order of `Phase`.
class Compilation {
public:
  explicit Compilation(const Options &options);
  llvm::Error run();

private:
  llvm::Error openOutputs();
  llvm::Error build();
  llvm::Error tokenize();
  llvm::Error checkOutputs();
  llvm::Error checkPrecision();
  llvm::Error runReference();
  llvm::Error chooseKernels();
  PipelineOptions getPipelineOptions() const;
  llvm::Error lower();
  llvm::Error lowerModel(frontend::LoadedModel &source, LoweredModel &lowered);
  llvm::Error
  runPasses(mlir::ModuleOp module,
            llvm::function_ref<void(mlir::PassManager &)> addPasses);
  llvm::Error lowerForCpu(frontend::LoadedModel &source, LoweredModel &lowered);
  llvm::Error lowerForDevice(frontend::LoadedModel &source,
                             LoweredModel &lowered);
  llvm::Error writeDeviceWeights(const LoweredDevice &device, uint64_t place);
  llvm::Error optimise();
  llvm::Error codegen();
  llvm::Error link();
  llvm::Error writeWeights();
  llvm::Error check();
  llvm::Expected<accuracy::AccuracyReport> compareToReference();
  llvm::Expected<std::vector<float>> embedProbe();
  llvm::Error keepSensitiveLayers(accuracy::AccuracyReport &accuracy);
  const Target *getMeasuringTarget() const;
  void keepWideStages();
  llvm::Error measureOnHost(const Target &host);
  NarrowArithmetic getArithmetic() const;
  llvm::Error write();
  llvm::Error writeText(llvm::raw_pwrite_stream &out);
  llvm::Error keepOutputs();
  llvm::Error keepOutput();

  /// Whether this kind of output goes through a phase.
  bool takes(Phase phase) const;
  /// The main model, the only one where a precision or kernels are chosen.
  frontend::LoadedModel &getMain() { return sources.front(); }

  const Options &options;
  const emit::EmissionInfo &emission;
  Progress progress;
  llvm::DefaultThreadPool threads;
  mlir::MLIRContext context;

  std::optional<emit::OutputFile> output;      // none: standard output
  std::optional<emit::OutputFile> header;      // of a library
  std::optional<emit::OutputFile> choicesFile; // of --tune
  std::unique_ptr<emit::Linker> linker;
  emit::RuntimeFiles runtime;

  std::vector<frontend::LoadedModel> sources; // the main one first
  package::ModelSummary summary;
  std::unique_ptr<llvm::MemoryBuffer> tokenizerTables;
  llvm::StringRef tokenizer;       // these tables; empty: none
  frontend::TokenTexts tokenTexts; // of a model with a tokenizer
  std::optional<Reference> reference;
  std::optional<KernelChoices> choices; // of kernels, by measurement
  KeptStages kept;                      // what the precision is too coarse for
  std::optional<accuracy::AccuracyReport> onHost; // of a device's precision

  std::vector<LoweredModel> models; // of `sources`, in their order
  package::DataSection data;
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> program;
  llvm::SmallVector<char, 0> object;
  std::optional<emit::ModelFileInputs> fileInputs;
  std::unique_ptr<emit::ModelFile> file; // what `output` becomes; null: text
  std::string report;
};

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_COMPILATION_H

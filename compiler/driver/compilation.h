//===- compilation.h - One run of the compiler ------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_COMPILATION_H
#define EMBLEM_COMPILER_DRIVER_COMPILATION_H

#include "compiler/accuracy/accuracy_report.h"
#include "compiler/driver/c_header.h"
#include "compiler/driver/kernel_choices.h"
#include "compiler/driver/link.h"
#include "compiler/driver/options.h"
#include "compiler/driver/output_file.h"
#include "compiler/driver/pipeline.h"
#include "compiler/driver/progress.h"
#include "compiler/driver/reference.h"
#include "compiler/driver/runtime_files.h"
#include "compiler/frontend/load_model.h"
#include "compiler/tokenizer/token_texts.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/ThreadPool.h"

namespace emblem::driver {

/// One run of the compiler: a function a phase, in the order of `Phase`.
class Compilation {
public:
  explicit Compilation(const Options &options);
  llvm::Error run();

private:
  llvm::Error openOutputs();
  llvm::Error build();
  llvm::Error tokenize();
  llvm::Error checkConvolutions() const;
  llvm::Error runReference();
  llvm::Error chooseKernels();
  llvm::Error lower();
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
  lower(frontend::LoadedModel &tower);
  llvm::Error optimise();
  llvm::Error addImageTower();
  codegen::ProgramData towerData() const;
  llvm::Error check();
  llvm::Expected<accuracy::AccuracyReport> compareToReference();
  llvm::Error keepSensitiveLayers(accuracy::AccuracyReport &accuracy);
  llvm::Error codegen();
  llvm::Error link();
  llvm::Error keepOutputs();
  llvm::Error keepOutput();

  /// Text that goes to standard output where that was asked for.
  llvm::Error
  writeText(llvm::function_ref<llvm::Error(llvm::raw_pwrite_stream &)> write);

  const Options &options;
  const EmissionInfo &emission;
  Progress progress;
  llvm::DefaultThreadPool threads;
  mlir::MLIRContext context;

  std::optional<OutputFile> output;      // none: standard output
  std::optional<OutputFile> header;      // of a library
  std::optional<OutputFile> object;      // what is linked
  std::optional<OutputFile> choicesFile; // of --tune
  std::optional<Linker> linker;
  RuntimeFiles runtime;

  frontend::LoadedModel model;
  ModelSummary summary;
  std::unique_ptr<llvm::MemoryBuffer> tokenizerTables;
  llvm::StringRef tokenizer;       // these tables; empty: none
  frontend::TokenTexts tokenTexts; // of a model with weights of tokens
  std::optional<Reference> reference;
  std::optional<KernelChoices> choices; // of kernels, by measurement
  KeptStages kept;                      // what the precision is too coarse for

  mlir::OwningOpRef<mlir::ModuleOp> lowered;
  codegen::WeightSection weights;
  /// Of the image tower, where there is one.
  mlir::OwningOpRef<mlir::ModuleOp> loweredTower;
  codegen::WeightSection towerWeights;
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> program;
};

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_COMPILATION_H

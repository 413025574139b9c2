//===- in_process.h - A model compiled into this process --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_IN_PROCESS_H
#define EMBLEM_COMPILER_DRIVER_IN_PROCESS_H

#include "compiler/accuracy/in_process_model.h"
#include "compiler/codegen/program.h"
#include "compiler/driver/pipeline.h"

#include "mlir/Pass/PassInstrumentation.h"

namespace emblem::driver {

/// Links a program of buildProgram into this process. `data` outlives the
/// model, and its tokenizer is 64-byte aligned.
llvm::Expected<accuracy::InProcessModel>
openInProcess(llvm::Module &program, const codegen::ProgramData &data,
              const Target &target, int threads);

struct InProcessInputs {
  mlir::ModuleOp module; // in emb; it is lowered
  const frontend::WeightStore &store;
  llvm::StringRef tokenizer; // its tables; empty: none
  int threads;               // as EmblemOptions has it
};

/// Compiles the model as `options` say, for a target that runs here, and calls
/// `use`, which ends before the model does. `instrumentation`, where there is
/// one, sees the passes.
llvm::Error
runInProcess(const InProcessInputs &inputs, const PipelineOptions &options,
             std::unique_ptr<mlir::PassInstrumentation> instrumentation,
             llvm::function_ref<llvm::Error(accuracy::InProcessModel &)> use);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_IN_PROCESS_H

//===- in_process.h - A model compiled into this process --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_IN_PROCESS_H
#define EMBLEM_COMPILER_DRIVER_IN_PROCESS_H

#include "compiler/accuracy/in_process_model.h"
#include "compiler/accuracy/run_stages.h"
#include "compiler/backend/cpu/program/program.h"
#include "compiler/driver/pipeline.h"
#include "compiler/package/staged_weights.h"

#include "mlir/Pass/PassInstrumentation.h"

namespace emblem::driver {

struct InProcessInputs {
  mlir::ModuleOp module; // in emb; it is lowered
  const frontend::WeightStore &store;
  llvm::StringRef tokenizer; // its tables; empty: none
  int threads;               // as EmblemOptions has it
};

/// A compiled model whose weights are packed as its stages run, so that those
/// of any size do.
class InProcessProgram {
public:
  /// Of an object file of a lowered module, which is not needed any more then.
  /// `store` outlives it; `symbol` is the table's.
  static llvm::Expected<InProcessProgram>
  open(std::unique_ptr<llvm::MemoryBuffer> object, mlir::ModuleOp lowered,
       const frontend::WeightStore &store, int threads,
       llvm::StringRef symbol = EMBLEM_MODEL_SYMBOL);

  accuracy::InProcessModel &getModel() { return model; }
  const EmblemModelTable &getTable() const { return model.table(); }
  package::StagedWeights &getWeights() { return *weights; }

  /// accuracy::runStages of this program.
  llvm::Expected<std::vector<float>> embed(
      const accuracy::TokenBatch &batch,
      accuracy::ObserveStage observe = [](const EmblemStage &,
                                          const accuracy::StageRunner &) {});

private:
  InProcessProgram(std::unique_ptr<package::StagedWeights> weights,
                   accuracy::InProcessModel model, mlir::MLIRContext &context)
      : weights(std::move(weights)), model(std::move(model)),
        context(&context) {}

  std::unique_ptr<package::StagedWeights> weights; // outlive the model
  accuracy::InProcessModel model;
  mlir::MLIRContext *context;
};

/// Compiles the model as `options` say to an object file. `instrumentation`,
/// where there is one, sees the passes.
llvm::Expected<llvm::SmallVector<char, 0>> compileObject(
    const InProcessInputs &inputs, const PipelineOptions &options,
    std::unique_ptr<mlir::PassInstrumentation> instrumentation = nullptr);

/// The same for a target that runs here, opened.
llvm::Expected<InProcessProgram> compileInProcess(
    const InProcessInputs &inputs, const PipelineOptions &options,
    std::unique_ptr<mlir::PassInstrumentation> instrumentation = nullptr);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_IN_PROCESS_H

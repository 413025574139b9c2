//===- in_process.cpp - A model compiled into this process ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/in_process.h"

#include "compiler/driver/diagnostics.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"

using namespace emblem;
using namespace emblem::accuracy;
using namespace emblem::driver;

llvm::Expected<InProcessProgram> InProcessProgram::open(
    std::unique_ptr<llvm::MemoryBuffer> object, mlir::ModuleOp lowered,
    const frontend::WeightStore &store, int threads, llvm::StringRef symbol) {
  auto weights = package::StagedWeights::plan(lowered, store);
  if (!weights)
    return weights.takeError();
  auto model = InProcessModel::open(std::move(object), (*weights)->data(),
                                    threads, symbol);
  if (!model)
    return model.takeError();
  return InProcessProgram(std::move(*weights), std::move(*model),
                          *lowered.getContext());
}

llvm::Expected<std::vector<float>>
InProcessProgram::embed(const TokenBatch &batch, ObserveStage observe) {
  auto load = [&](size_t stage, llvm::ArrayRef<int32_t> ids) {
    return weights->load(stage, ids);
  };
  return runStages(model.table(), batch, *context, load, observe);
}

static llvm::Error
lower(mlir::ModuleOp module, const PipelineOptions &options,
      std::unique_ptr<mlir::PassInstrumentation> instrumentation) {
  DiagnosticCollector diagnostics(module.getContext());
  auto passes = mlir::PassManager::on<mlir::ModuleOp>(module.getContext());
  if (instrumentation)
    passes.addInstrumentation(std::move(instrumentation));
  buildPipeline(passes, options);
  if (mlir::failed(passes.run(module)))
    return diagnostics.takeError("a pass failed and gave no reason");
  return llvm::Error::success();
}

llvm::Expected<llvm::SmallVector<char, 0>> driver::compileObject(
    const InProcessInputs &inputs, const PipelineOptions &options,
    std::unique_ptr<mlir::PassInstrumentation> instrumentation) {
  if (llvm::Error error =
          lower(inputs.module, options, std::move(instrumentation)))
    return error;
  auto weights = package::WeightSection::plan(inputs.module, inputs.store);
  if (!weights)
    return weights.takeError();
  package::DataSection data(weights->getBytes());
  llvm::LLVMContext context;
  auto program = cpu::buildProgram(inputs.module,
                                   {.weightBytes = weights->getBytes(),
                                    .parameters = weights->getParameters(),
                                    .data = data,
                                    .tokenizer = inputs.tokenizer},
                                   *options.target, options.precision, context);
  if (!program)
    return program.takeError();
  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream out(object);
  if (llvm::Error error =
          cpu::writeObject(**program, inputs.tokenizer, *options.target, out))
    return error;
  return object;
}

llvm::Expected<InProcessProgram> driver::compileInProcess(
    const InProcessInputs &inputs, const PipelineOptions &options,
    std::unique_ptr<mlir::PassInstrumentation> instrumentation) {
  auto object = compileObject(inputs, options, std::move(instrumentation));
  if (!object)
    return object.takeError();
  return InProcessProgram::open(
      std::make_unique<llvm::SmallVectorMemoryBuffer>(
          std::move(*object), "model.o", /*RequiresNullTerminator=*/false),
      inputs.module, inputs.store, inputs.threads);
}

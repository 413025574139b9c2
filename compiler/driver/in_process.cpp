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

llvm::Expected<InProcessModel>
driver::openInProcess(llvm::Module &program, const codegen::ProgramData &data,
                      const Target &target, int threads) {
  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream out(object);
  if (llvm::Error error =
          codegen::writeObject(program, target, out, /*assembly=*/false))
    return error;
  alignas(64) static constexpr char noReport[] = "";
  ExternalData external[] = {
      {codegen::symbol::weights, data.weights.bytes},
      {codegen::symbol::tokenizer,
       llvm::ArrayRef(data.tokenizer.data(), data.tokenizer.size())},
      {codegen::symbol::report, noReport}};
  return InProcessModel::open(std::make_unique<llvm::SmallVectorMemoryBuffer>(
                                  std::move(object), "model.o",
                                  /*RequiresNullTerminator=*/false),
                              external, threads);
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

llvm::Error
driver::runInProcess(const InProcessInputs &inputs,
                     const PipelineOptions &options,
                     std::unique_ptr<mlir::PassInstrumentation> instrumentation,
                     llvm::function_ref<llvm::Error(InProcessModel &)> use) {
  if (llvm::Error error =
          lower(inputs.module, options, std::move(instrumentation)))
    return error;
  auto weights = codegen::packWeights(inputs.module, inputs.store);
  if (!weights)
    return weights.takeError();
  codegen::ProgramData data = {*weights, inputs.tokenizer};
  llvm::LLVMContext context;
  auto program = codegen::buildProgram(inputs.module, data, *options.target,
                                       options.precision, context);
  if (!program)
    return program.takeError();
  auto model = openInProcess(**program, data, *options.target, inputs.threads);
  if (!model)
    return model.takeError();
  return use(*model);
}

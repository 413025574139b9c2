//===- accuracy_check.cpp - The chosen precision beside f32 ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/accuracy_check.h"

#include "compiler/driver/diagnostics.h"
#include "compiler/driver/pipeline.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"

using namespace emblem;
using namespace emblem::accuracy;
using namespace emblem::driver;

static llvm::Error lowerReference(mlir::ModuleOp module, const Target &target) {
  DiagnosticCollector diagnostics(module.getContext());
  auto passes = mlir::PassManager::on<mlir::ModuleOp>(module.getContext());
  buildPipeline(passes, {&target, Precision::F32});
  if (mlir::failed(passes.run(module)))
    return diagnostics.takeError("a pass failed and gave no reason");
  return llvm::Error::success();
}

/// Programs find their tables on a page of their own; `tokenizer` may lie
/// anywhere.
static std::unique_ptr<llvm::MemoryBuffer>
alignTables(llvm::StringRef tokenizer) {
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      tokenizer.size(), "tokenizer", llvm::Align(64));
  llvm::copy(tokenizer, buffer->getBufferStart());
  return buffer;
}

static llvm::Expected<InProcessModel> open(llvm::Module &program,
                                           const codegen::ProgramData &data,
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

namespace {
struct Reference {
  Probe probe;
  std::vector<float> vectors;
};
} // namespace

static llvm::Expected<Reference> runReference(const AccuracyCheck &check,
                                              llvm::StringRef tokenizer) {
  if (llvm::Error error = lowerReference(check.reference, check.target))
    return error;
  llvm::Expected<codegen::WeightSection> weights =
      codegen::packWeights(check.reference, check.store);
  if (!weights)
    return weights.takeError();
  codegen::ProgramData data = {*weights, tokenizer};
  llvm::LLVMContext context;
  auto program = codegen::buildProgram(check.reference, data, check.target,
                                       Precision::F32, context);
  if (!program)
    return program.takeError();
  llvm::Expected<InProcessModel> model =
      open(**program, data, check.target, check.threads);
  if (!model)
    return model.takeError();
  Reference reference;
  if (llvm::Error error = makeProbe(*model).moveInto(reference.probe))
    return error;
  if (llvm::Error error =
          model->embed(reference.probe.batch).moveInto(reference.vectors))
    return error;
  return reference;
}

llvm::Expected<AccuracyReport>
driver::checkAccuracy(const AccuracyCheck &check) {
  if (!runsHere(check.target))
    return AccuracyReport::notChecked(
        ("this machine does not run code for " + check.target.name).str());
  auto tokenizer = alignTables(check.data.tokenizer);
  llvm::Expected<Reference> reference =
      runReference(check, tokenizer->getBuffer());
  if (!reference)
    return reference.takeError();
  llvm::Expected<InProcessModel> model =
      open(check.program, {check.data.weights, tokenizer->getBuffer()},
           check.target, check.threads);
  if (!model)
    return model.takeError();
  llvm::Expected<std::vector<float>> vectors =
      model->embed(reference->probe.batch);
  if (!vectors)
    return vectors.takeError();
  return AccuracyReport(
      reference->probe,
      compareVectors(reference->vectors, *vectors, model->table().dimension));
}

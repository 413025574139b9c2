//===- reference.cpp - The model in f32, run while it is compiled ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/reference.h"

#include "compiler/driver/diagnostics.h"
#include "compiler/driver/pipeline.h"
#include "compiler/driver/stage_inputs.h"

#include "mlir/IR/Builders.h"
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

/// Returns where the matmuls of the lowered module read.
static llvm::Expected<std::vector<StageInput>> lower(mlir::ModuleOp module,
                                                     const Target &target) {
  DiagnosticCollector diagnostics(module.getContext());
  auto passes = mlir::PassManager::on<mlir::ModuleOp>(module.getContext());
  std::vector<StageInput> inputs;
  passes.addInstrumentation(
      std::make_unique<StageInputCollector>(target, inputs));
  buildPipeline(passes, {&target, Precision::F32});
  if (mlir::failed(passes.run(module)))
    return diagnostics.takeError("a pass failed and gave no reason");
  return inputs;
}

/// Opens the file of calibration texts; null where the built-in ones do.
static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
openCalibration(const ReferenceInputs &inputs) {
  llvm::StringRef path = inputs.calibrationFile;
  if (!inputs.calibrate || path.empty())
    return nullptr;
  if (inputs.tokenizer.empty())
    return llvm::createStringError(
        "the model takes token ids alone and cannot read the calibration texts "
        "'" +
        path + "'; leave --calibrate out");
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file)
    return llvm::createStringError("cannot read the calibration texts '" +
                                   path + "': " + file.getError().message());
  return std::move(*file);
}

/// Each line a text.
static llvm::Expected<Calibration>
readCalibration(InProcessModel &model, const llvm::MemoryBuffer &file,
                llvm::StringRef path) {
  llvm::SmallVector<llvm::StringRef> lines;
  file.getBuffer().split(lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  Calibration calibration = {{}, /*fromFile=*/true};
  if (llvm::Error error = tokenize(model, lines).moveInto(calibration.batch))
    return error;
  if (calibration.batch.texts() == 0)
    return llvm::createStringError("there are no calibration texts in '" +
                                   path + "'; write one on each line");
  return calibration;
}

/// `kernel.input_ranges`: a row of floats for each stage.
static mlir::DictionaryAttr asAttribute(llvm::ArrayRef<InputRange> ranges,
                                        mlir::MLIRContext *context) {
  mlir::Builder builder(context);
  mlir::NamedAttrList stages;
  for (const InputRange &range : ranges) {
    auto type =
        mlir::RankedTensorType::get(range.largest.size(), builder.getF32Type());
    stages.set(range.stage, mlir::DenseElementsAttr::get(
                                type, llvm::ArrayRef(range.largest)));
  }
  return stages.getDictionary(context);
}

static llvm::Error calibrate(const ReferenceInputs &inputs,
                             const llvm::MemoryBuffer *file,
                             InProcessModel &model,
                             llvm::ArrayRef<StageInput> stageInputs,
                             Reference &reference) {
  reference.calibration = {reference.probe.batch, /*fromFile=*/false};
  if (file)
    if (llvm::Error error =
            readCalibration(model, *file, inputs.calibrationFile)
                .moveInto(reference.calibration))
      return error;
  reference.inputRanges = asAttribute(
      observeInputs(model.table(), reference.calibration->batch, stageInputs),
      mlir::ModuleOp(inputs.module).getContext());
  return llvm::Error::success();
}

llvm::Expected<Reference> driver::runReference(const ReferenceInputs &inputs) {
  auto file = openCalibration(inputs);
  if (!file)
    return file.takeError();
  auto stageInputs = lower(inputs.module, inputs.target);
  if (!stageInputs)
    return stageInputs.takeError();
  auto weights = codegen::packWeights(inputs.module, inputs.store);
  if (!weights)
    return weights.takeError();
  codegen::ProgramData data = {*weights, inputs.tokenizer};
  llvm::LLVMContext context;
  auto program = codegen::buildProgram(inputs.module, data, inputs.target,
                                       Precision::F32, context);
  if (!program)
    return program.takeError();
  auto model = openInProcess(**program, data, inputs.target, inputs.threads);
  if (!model)
    return model.takeError();

  Reference reference;
  if (llvm::Error error = makeProbe(*model).moveInto(reference.probe))
    return error;
  if (llvm::Error error =
          model->embed(reference.probe.batch).moveInto(reference.vectors))
    return error;
  if (inputs.calibrate)
    if (llvm::Error error =
            calibrate(inputs, file->get(), *model, *stageInputs, reference))
      return error;
  return reference;
}

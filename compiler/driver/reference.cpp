//===- reference.cpp - The model in f32, run while it is compiled ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/reference.h"

#include "compiler/driver/in_process.h"
#include "compiler/driver/stage_inputs.h"
#include "compiler/files/model_file.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace emblem;
using namespace emblem::accuracy;
using namespace emblem::driver;

static bool takesImages(mlir::ModuleOp module) {
  auto models = module.getOps<emb::ModelOp>();
  return (*models.begin()).getPixels() != nullptr;
}

/// Opens the file of calibration texts; null where the built-in ones do.
static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
openCalibration(const ReferenceInputs &inputs) {
  llvm::StringRef path = inputs.calibrationFile;
  if (!inputs.calibrate || path.empty())
    return nullptr;
  if (takesImages(inputs.module))
    return llvm::createStringError(
        "the model takes images and cannot read the calibration texts '" +
        path + "'; leave --calibrate out");
  if (inputs.tokenizer.empty())
    return llvm::createStringError(
        "the model takes token ids alone and cannot read the calibration texts "
        "'" +
        path + "'; leave --calibrate out");
  return frontend::readTextFile(path);
}

/// Each line a text.
static llvm::Expected<Calibration>
readCalibration(InProcessModel &model, const llvm::MemoryBuffer &file,
                llvm::StringRef path) {
  llvm::SmallVector<llvm::StringRef> lines;
  // A line ends as those of programs do (runtime/command/line_reader.h); empty
  // ones say nothing.
  llvm::SplitString(file.getBuffer(), lines, "\r\n");
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

/// What stages read of texts that are measured: the file's, or else the
/// probe's, whose vectors are wanted anyway.
static llvm::Error runProbe(const ReferenceInputs &inputs,
                            const llvm::MemoryBuffer *file,
                            InProcessProgram &program,
                            llvm::ArrayRef<StageInput> stageInputs,
                            Reference &reference) {
  InputObserver observer(stageInputs);
  auto observe = [&](const EmblemStage &stage, const StageRunner &runner) {
    observer.observe(stage, runner);
  };
  auto embed = [&](bool isMeasured) {
    return isMeasured ? program.embed(reference.probe.batch, observe)
                      : program.embed(reference.probe.batch);
  };
  if (llvm::Error error =
          embed(inputs.calibrate && !file).moveInto(reference.vectors))
    return error;
  if (!inputs.calibrate)
    return llvm::Error::success();
  reference.calibration = {reference.probe.batch, /*fromFile=*/false};
  if (file) {
    if (llvm::Error error =
            readCalibration(program.getModel(), *file, inputs.calibrationFile)
                .moveInto(reference.calibration))
      return error;
    auto vectors = program.embed(reference.calibration->batch, observe);
    if (!vectors)
      return vectors.takeError();
  }
  reference.inputRanges = asAttribute(
      observer.getRanges(), mlir::ModuleOp(inputs.module).getContext());
  return llvm::Error::success();
}

/// Whoever runs the model would be refused its vectors.
static llvm::Error checkFinite(const Reference &reference, int64_t dimension) {
  for (auto [index, value] : llvm::enumerate(reference.vectors))
    if (!std::isfinite(value))
      return llvm::createStringError(
          "the model computes a number that is not finite for number " +
          llvm::Twine(index / dimension + 1) + " of the " +
          reference.probe.noun() +
          " that it is tried with; its weights are damaged or too large");
  return llvm::Error::success();
}

llvm::Expected<Reference> driver::runReference(const ReferenceInputs &inputs) {
  auto file = openCalibration(inputs);
  if (!file)
    return file.takeError();
  std::vector<StageInput> stageInputs;
  auto program = compileInProcess(
      {inputs.module, inputs.store, inputs.tokenizer, inputs.threads},
      {&inputs.target, Precision::F32},
      std::make_unique<StageInputCollector>(inputs.target, stageInputs,
                                            inputs.ofAttention));
  if (!program)
    return program.takeError();
  Reference reference;
  if (llvm::Error error =
          makeProbe(program->getModel()).moveInto(reference.probe))
    return error;
  if (llvm::Error error =
          runProbe(inputs, file->get(), *program, stageInputs, reference))
    return error;
  if (llvm::Error error = checkFinite(reference, program->getTable().dimension))
    return error;
  for (StageInput &input : stageInputs)
    reference.matmulStages.push_back(std::move(input.stage));
  return reference;
}

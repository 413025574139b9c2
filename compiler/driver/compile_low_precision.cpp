//===- compile_low_precision.cpp - Measurements below f32 -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/compilation.h"

#include "compiler/driver/host_measurement.h"
#include "compiler/driver/in_process.h"
#include "compiler/driver/report.h"
#include "compiler/driver/sensitivity.h"
#include "compiler/emit/weight_file.h"
#include "compiler/transforms/passes.h"

#include "llvm/ADT/StringExtras.h"

using namespace emblem;
using namespace emblem::driver;

/// Low precision needs the model in f32: to measure its activations, and to be
/// compared with it.
llvm::Error Compilation::runReference() {
  const Target *target = getMeasuringTarget();
  bool calibrate = isCalibrated(options.precision);
  if (options.precision == Precision::F32 ||
      (!calibrate && !takes(Phase::Check)))
    return llvm::Error::success();
  if (!target)
    return llvm::Error::success(); // no code runs here
  frontend::LoadedModel &model = getMain();
  mlir::OwningOpRef<mlir::ModuleOp> module = model.module->clone();
  if (llvm::Error error =
          driver::runReference(
              {*module, *model.weights, tokenizer, *target,
               static_cast<int>(threads.getMaxConcurrency()), calibrate,
               /*ofAttention=*/options.precision == Precision::F16,
               options.calibrationFile})
              .moveInto(reference))
    return error;
  if (options.precision == Precision::F16)
    keepWideStages();
  else if (reference->inputRanges)
    (*model.module)->setAttr(attribute::inputRanges, reference->inputRanges);
  return !options.runsHere() && takes(Phase::Check) ? measureOnHost(*target)
                                                    : llvm::Error::success();
}

/// What runs here and computes as the program does, or null.
const Target *Compilation::getMeasuringTarget() const {
  if (options.runsHere())
    return options.target;
  return findHost(getArithmetic());
}

/// How the program multiplies: the CPU's part, unless it is a device's alone.
NarrowArithmetic Compilation::getArithmetic() const {
  return options.onCpu ? options.target->getNarrowArithmetic()
                       : options.device->arithmetic;
}

/// What comes near the end of f16 stays in f32: other texts may have more.
void Compilation::keepWideStages() {
  constexpr float kMost = 65504.0f / 4;
  kept.precision = Precision::F32;
  for (mlir::NamedAttribute stage : reference->inputRanges)
    if (llvm::any_of(mlir::cast<mlir::DenseElementsAttr>(stage.getValue())
                         .getValues<float>(),
                     [&](float largest) { return largest > kMost; }))
      kept.names.push_back(stage.getName().str());
}

llvm::Error Compilation::check() {
  std::optional<accuracy::AccuracyReport> accuracy; // none in f32
  if (options.precision != Precision::F32) {
    if (llvm::Error error = compareToReference().moveInto(accuracy))
      return error;
    if (llvm::Error error = keepSensitiveLayers(*accuracy))
      return error;
    if (llvm::Error error =
            accuracy->check(options.precision, options.minimumCosine))
      return error;
    std::string with;
    if (!kept.names.empty())
      with = (" with " + llvm::join(kept.names, ", ") + " in " +
              describe(kept.precision).name)
                 .str();
    progress.note(describe(options.precision).name + with + ": " +
                  accuracy->sentence());
  }
  const Calibration *calibration = nullptr;
  if (reference && reference->calibration)
    calibration = &*reference->calibration;
  report = writeReport({models, *options.target, options.device,
                        options.choices, kept, choices ? &*choices : nullptr,
                        std::move(accuracy), calibration});
  return llvm::Error::success();
}

/// Where the precision is too coarse, compiles once more, with those layers in
/// a higher one that make the difference, if there are such.
llvm::Error
Compilation::keepSensitiveLayers(accuracy::AccuracyReport &accuracy) {
  auto suffices = [&](const accuracy::Cosines &cosines) {
    return accuracy::AccuracyReport::suffices(cosines, options.precision,
                                              options.minimumCosine);
  };
  if (!options.runsHere() || suffices(accuracy.cosines()))
    return llvm::Error::success();
  frontend::LoadedModel &model = getMain();
  const LoweredModel &lowered = models.front();
  SensitivityInputs inputs = {{*model.module, *model.weights, tokenizer,
                               static_cast<int>(threads.getMaxConcurrency())},
                              getPipelineOptions(),
                              {llvm::StringRef(object.data(), object.size()),
                               *lowered.module, lowered.values, options.symbol},
                              summary.dimension,
                              *reference};
  if (llvm::Error error = findSensitiveLayers(inputs, suffices).moveInto(kept))
    return error;
  if (kept.names.empty())
    return llvm::Error::success();
  static constexpr std::pair<Phase, llvm::Error (Compilation::*)()> again[] = {
      {Phase::Lower, &Compilation::lower},
      {Phase::Optimise, &Compilation::optimise},
      {Phase::Codegen, &Compilation::codegen},
      {Phase::Link, &Compilation::link},
      {Phase::Weights, &Compilation::writeWeights},
  };
  for (auto [phase, function] : again)
    if (takes(phase))
      if (llvm::Error error = (this->*function)())
        return error;
  return compareToReference().moveInto(accuracy);
}

/// The probe's vectors from the program as it is: the weights of the file that
/// was just written are read in place; for text there is no file.
llvm::Expected<std::vector<float>> Compilation::embedProbe() {
  auto buffer = llvm::MemoryBuffer::getMemBuffer(
      llvm::StringRef(object.data(), object.size()), "model.o",
      /*RequiresNullTerminator=*/false);
  int count = static_cast<int>(threads.getMaxConcurrency());
  const LoweredModel &lowered = models.front();
  if (!file) {
    auto compiled =
        InProcessProgram::open(std::move(buffer), *lowered.module,
                               *lowered.source->weights, count, options.symbol);
    if (!compiled)
      return compiled.takeError();
    return compiled->embed(reference->probe.batch);
  }
  auto weights = emit::MappedWeights::open(
      *output, file->getPlace() + data.weights[0], lowered.weights.getBytes());
  if (!weights)
    return weights.takeError();
  auto compiled = accuracy::InProcessModel::open(
      std::move(buffer), weights->data(), count, options.symbol);
  if (!compiled)
    return compiled.takeError();
  return compiled->embed(reference->probe.batch);
}

llvm::Expected<accuracy::AccuracyReport> Compilation::compareToReference() {
  if (onHost)
    return *onHost;
  if (!options.runsHere())
    return accuracy::AccuracyReport::notChecked(
        "this machine does not run code for " + options.targetNames());
  auto vectors = embedProbe();
  if (!vectors)
    return vectors.takeError();
  accuracy::AccuracyReport accuracy(
      reference->probe, reference->compare(*vectors, summary.dimension));
  if (options.device) // which may run it as well, by sums in another order
    accuracy = std::move(accuracy).by(options.target->name.str() + " in " +
                                      describe(options.precision).name.str());
  return accuracy;
}

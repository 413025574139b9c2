//===- host_measurement.cpp - Another machine's precision, by this CPU ----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/host_measurement.h"

#include "compiler/driver/compilation.h"
#include "compiler/driver/live_value_collector.h"

using namespace emblem;
using namespace emblem::driver;

const Target *driver::findHost(const NarrowArithmetic &machine) {
  auto likeness = [&](const Target &target) {
    return (target.bf16Dot == machine.bf16Dot) +
           (target.integerDot.elementBits() == machine.integerRowBits);
  };
  const Target *best = nullptr;
  for (const Target &target : allTargets())
    if (runsHere(target) && (!best || likeness(target) >= likeness(*best)))
      best = &target;
  return best;
}

bool driver::roundsLess(const Target &host, const NarrowArithmetic &machine,
                        Precision precision) {
  // bf16, which stands for f16, has three digits fewer.
  if (precision == Precision::F16)
    return false;
  bool isInteger = precision == Precision::Int8 || precision == Precision::Int4;
  return (machine.bf16Dot && !host.bf16Dot) ||
         (isInteger && host.integerDot.elementBits() > machine.integerRowBits);
}

llvm::Expected<HostProgram>
HostProgram::compile(const InProcessInputs &inputs,
                     const PipelineOptions &options) {
  HostProgram program;
  program.module = mlir::ModuleOp(inputs.module).clone();
  InProcessInputs cloned = inputs;
  cloned.module = *program.module;
  if (llvm::Error error = compileObject(cloned, options,
                                        std::make_unique<LiveValueCollector>(
                                            *options.target, program.values))
                              .moveInto(program.object))
    return error;
  return program;
}

llvm::Expected<accuracy::Cosines>
HostProgram::compare(const InProcessInputs &inputs, const Reference &reference,
                     int64_t dimension) const {
  auto opened = InProcessProgram::open(
      llvm::MemoryBuffer::getMemBuffer(
          llvm::StringRef(object.data(), object.size()), "model.o",
          /*RequiresNullTerminator=*/false),
      *module, inputs.store, inputs.threads);
  if (!opened)
    return opened.takeError();
  auto vectors = opened->embed(reference.probe.batch);
  if (!vectors)
    return vectors.takeError();
  return reference.compare(*vectors, dimension);
}

PlainProgram HostProgram::asPlain() const {
  return {llvm::StringRef(object.data(), object.size()), *module, values,
          EMBLEM_MODEL_SYMBOL};
}

/// For a program that does not run here, before it is lowered: its cosines, and
/// what is kept in a higher precision.
llvm::Error Compilation::measureOnHost(const Target &host) {
  frontend::LoadedModel &model = getMain();
  Precision precision = getHostPrecision(options.precision);
  InProcessInputs inputs = {*model.module, *model.weights, tokenizer,
                            static_cast<int>(threads.getMaxConcurrency())};
  PipelineOptions pipeline = {&host, precision, kept};
  accuracy::Cosines cosines;
  auto measure = [&]() -> llvm::Expected<HostProgram> {
    auto program = HostProgram::compile(inputs, pipeline);
    if (!program)
      return program.takeError();
    if (llvm::Error error =
            program->compare(inputs, *reference, summary.dimension)
                .moveInto(cosines))
      return error;
    return program;
  };
  auto suffices = [&](const accuracy::Cosines &found) {
    return accuracy::AccuracyReport::suffices(found, options.precision,
                                              options.minimumCosine);
  };
  auto program = measure();
  if (!program)
    return program.takeError();
  if (!suffices(cosines)) {
    KeptStages found;
    if (llvm::Error error =
            findSensitiveLayers({inputs, pipeline, program->asPlain(),
                                 summary.dimension, *reference},
                                suffices)
                .moveInto(found))
      return error;
    if (!found.names.empty()) {
      kept.precision = found.precision;
      llvm::append_range(kept.names, found.names);
      pipeline.kept = kept;
      if (auto again = measure(); !again)
        return again.takeError();
    }
  }
  std::string by = (host.name + " in " + describe(precision).name).str();
  if (roundsLess(host, getArithmetic(), precision))
    by += ", which rounds less than " + options.targetNames();
  onHost = accuracy::AccuracyReport(reference->probe, cosines).by(by);
  return llvm::Error::success();
}

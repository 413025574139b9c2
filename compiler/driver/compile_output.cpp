//===- compile_output.cpp - From a lowered model to a file ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/compilation.h"

#include "compiler/driver/diagnostics.h"
#include "compiler/driver/live_value_collector.h"
#include "compiler/driver/report.h"
#include "compiler/emit/c_header.h"
#include "compiler/emit/weight_file.h"
#include "compiler/files/watched_files.h"
#include "compiler/transforms/passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "llvm/Support/Path.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace emblem;
using namespace emblem::driver;
using namespace emblem::emit;

PipelineOptions Compilation::getPipelineOptions() const {
  return {options.target, options.precision, kept,
          choices ? "auto" : options.kernels};
}

llvm::Error Compilation::lowerModel(frontend::LoadedModel &source,
                                    LoweredModel &lowered) {
  lowered.source = &source;
  if (options.onCpu)
    if (llvm::Error error = lowerForCpu(source, lowered))
      return error;
  return options.device ? lowerForDevice(source, lowered)
                        : llvm::Error::success();
}

/// Runs what `addPasses` adds, as the command line asks for it to be shown.
llvm::Error Compilation::runPasses(
    mlir::ModuleOp module,
    llvm::function_ref<void(mlir::PassManager &)> addPasses) {
  DiagnosticCollector diagnostics(&context);
  auto passes = mlir::PassManager::on<mlir::ModuleOp>(&context);
  if (mlir::failed(mlir::applyPassManagerCLOptions(passes)))
    return diagnostics.takeError("MLIR refuses its own options");
  mlir::applyDefaultTimingPassManagerCLOptions(passes);
  addPasses(passes);
  if (mlir::failed(passes.run(module)))
    return diagnostics.takeError("a pass failed and gave no reason");
  module->removeAttr(attribute::inputRanges);
  module->removeAttr(attribute::providers);
  return llvm::Error::success();
}

llvm::Error Compilation::lowerForCpu(frontend::LoadedModel &source,
                                     LoweredModel &lowered) {
  lowered.module = source.module->clone();
  auto addPasses = [&](mlir::PassManager &passes) {
    passes.addInstrumentation(
        std::make_unique<LiveValueCollector>(*options.target, lowered.values));
    buildPipeline(passes, getPipelineOptions());
  };
  if (llvm::Error error = runPasses(*lowered.module, addPasses))
    return error;
  return package::WeightSection::plan(*lowered.module, *source.weights)
      .moveInto(lowered.weights);
}

llvm::Error Compilation::lower() {
  models.clear();
  for (frontend::LoadedModel &source : sources)
    if (llvm::Error error = lowerModel(source, models.emplace_back()))
      return error;
  return llvm::Error::success();
}

llvm::Error Compilation::optimise() {
  std::vector<int64_t> bytes;
  std::vector<frontend::Role> roles;
  for (const LoweredModel &lowered : models) {
    bytes.push_back(lowered.getWeightBytes());
    roles.push_back(lowered.source->role);
  }
  data = package::DataSection(bytes);
  for (auto [index, lowered] : llvm::enumerate(models)) {
    cpu::ProgramData inputs = {.index = index,
                               .role = roles[index],
                               .weightBytes = lowered.getWeightBytes(),
                               .parameters = lowered.getParameters(),
                               .data = data,
                               .linkedData = !emission.linked};
    bool isMain = roles[index] == frontend::Role::Main;
    if (isMain) {
      inputs.others = llvm::ArrayRef(roles).drop_front();
      inputs.tokenizer = tokenizer;
      inputs.tokenTexts = tokenTexts.bytes;
      inputs.tokenEnds = tokenTexts.ends;
    }
    inputs.targets = options.targetNames();
    if (const std::optional<LoweredDevice> &device = lowered.device) {
      inputs.deviceModule = *device->module;
      inputs.device = {options.device, options.precision, options.plainF32,
                       &device->code, &device->placement};
    }
    auto built =
        cpu::buildProgram(lowered.getHostModule(), inputs, *options.target,
                          options.precision, llvmContext);
    if (!built)
      return built.takeError();
    if (isMain)
      program = std::move(*built);
    else if (llvm::Error error =
                 cpu::joinModel(*program, std::move(*built), roles[index]))
      return error;
  }
  // emblem_load finds every model by the usual name.
  cpu::nameTable(*program, options.symbol,
                 /*keep=*/emission.linked && emission.library);
  return llvm::Error::success();
}

llvm::Error Compilation::codegen() {
  object.clear();
  llvm::raw_svector_ostream out(object);
  if (!emission.isText())
    return cpu::writeObject(*program, tokenizer, *options.target, out);
  // What is compared is not what is printed: writing changes a program.
  std::unique_ptr<llvm::Module> compared = llvm::CloneModule(*program);
  return cpu::writeObject(*compared, tokenizer, *options.target, out);
}

llvm::Error Compilation::link() {
  if (!file) {
    emb::ReturnOp returned = getReturn(getMain().getModel());
    llvm::SmallVector<Part> parts;
    if (summary.pairs)
      parts.push_back(Part::Pairs);
    if (summary.texts && !summary.pairs)
      parts.push_back(Part::Outputs);
    if (returned.getKind(0) == emb::OutputKind::MultiVector)
      parts.push_back(Part::MaxSim);
    if (summary.texts && options.serves && runtime.serves)
      parts.push_back(Part::Serve);
    llvm::SmallVector<std::string> libraries;
    if (!summary.image.empty()) {
      parts.push_back(Part::Images);
      if (emission.runtime && runtime.image.empty())
        return llvm::createStringError(
            "'" + options.model + "' takes images, and the runtime for " +
            options.target->name +
            " was built without libpng and libjpeg; build it with those of "
            "that architecture, or write --emit=obj");
      libraries.push_back(runtime.image);
    }
    if (options.device)
      libraries.push_back(runtime.device);
    fileInputs.emplace(
        ModelFileInputs{llvm::sys::path::filename(options.output).str(),
                        options.symbol, runtime, linker.get(), options.linkage,
                        std::move(parts), std::move(libraries)});
    file = emission.create(*fileInputs, *output);
  }
  return file->begin({llvm::StringRef(object.data(), object.size()), data});
}

llvm::Error Compilation::writeWeights() {
  for (auto [index, lowered] : llvm::enumerate(models)) {
    uint64_t place = file->getPlace() + data.weights[index];
    WeightFile sink(*output, place);
    if (llvm::Error error = lowered.weights.writeTo(sink, context))
      return error;
    if (!lowered.device)
      continue;
    if (llvm::Error error = writeDeviceWeights(
            *lowered.device, place + lowered.getDeviceWeights()))
      return error;
  }
  // What is zero was not written, and yet is mapped.
  return output->extendTo(file->getPlace() + data.report);
}

/// What people read has no data in it, and goes to standard output where no
/// file is named.
llvm::Error Compilation::writeText(llvm::raw_pwrite_stream &out) {
  switch (emission.content) {
  case Content::Mlir:
    for (LoweredModel &lowered : models) {
      lowered.getHostModule()->print(out);
      out << "\n";
    }
    return llvm::Error::success();
  case Content::Llvm:
    program->print(out, nullptr);
    return llvm::Error::success();
  case Content::Assembly:
    return cpu::writeAssembly(*program, *options.target, out);
  case Content::Ptx:
    for (LoweredModel &lowered : models)
      device::writePtx(lowered.device->code, out);
    return llvm::Error::success();
  case Content::File:
    break;
  }
  llvm_unreachable("a file is no text");
}

llvm::Error Compilation::write() {
  if (file) {
    report.push_back('\0');
    if (llvm::Error error =
            output->write(file->getPlace() + data.report, report))
      return error;
    if (header)
      writeHeader(header->stream(), summary, options.targetNames(), emission,
                  options.output, options.symbol);
    return file->finish(data.report + report.size());
  }
  if (output)
    return writeText(output->stream());
  llvm::SmallVector<char, 0> text;
  llvm::raw_svector_ostream out(text);
  if (llvm::Error error = writeText(out))
    return error;
  llvm::outs() << out.str();
  return flushStandardOutput();
}

llvm::Error Compilation::keepOutputs() {
  if (llvm::Error error = frontend::checkWatchedFiles())
    return error;
  if (output)
    if (llvm::Error error = keepOutput())
      return error;
  for (std::optional<OutputFile> *beside : {&header, &choicesFile})
    if (*beside)
      if (llvm::Error error = (*beside)->keep())
        return error;
  return llvm::Error::success();
}

llvm::Error Compilation::keepOutput() {
  if (llvm::Error error = output->flush())
    return error;
  uint64_t bytes = output->size();
  if (llvm::Error error = output->keep(/*executable=*/emission.linked))
    return error;
  progress.done(options.output, bytes);
  return llvm::Error::success();
}

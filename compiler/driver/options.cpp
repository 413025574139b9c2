//===- options.cpp - emblemc's command line -------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/options.h"

#include "compiler/backend/cpu/registry/kernel_providers.h"
#include "compiler/driver/command_line.h"
#include "compiler/emit/table_symbol.h"
#include "compiler/files/hub_cache.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace emblem;
using namespace emblem::driver;

/// "path/all-MiniLM/", "all-MiniLM.mlir" or "owner/all-MiniLM", with the kind's
/// prefix and suffix.
static std::string defaultOutput(llvm::StringRef model,
                                 const emit::EmissionInfo &emission) {
  if (emission.isText())
    return "-";
  llvm::SmallString<128> path(model);
  if (std::error_code ec = llvm::sys::fs::make_absolute(path))
    path = model; // only the name matters
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  bool hasEnding =
      !llvm::sys::fs::is_directory(path) && !frontend::isHubName(model);
  llvm::StringRef stem =
      hasEnding ? llvm::sys::path::stem(path) : llvm::sys::path::filename(path);
  return (emission.prefix + stem + emission.suffix).str();
}

/// The machines of --target: a CPU, a device, or one of each.
static llvm::Error chooseTargets(llvm::StringRef list, Options &options) {
  llvm::SmallVector<llvm::StringRef> listed;
  list.split(listed, ',');
  for (llvm::StringRef name : listed) {
    const DeviceTarget *device = findDeviceTarget(name);
    const Target *target = nullptr;
    if (!device)
      if (llvm::Error error = findTarget(name).moveInto(target))
        return llvm::createStringError(llvm::toString(std::move(error)) +
                                       "; devices are " +
                                       names(allDeviceTargets()));
    if (device ? options.device != nullptr : options.target != nullptr)
      return llvm::createStringError(
          "--target '" + list +
          "' names two machines of a kind; name one CPU, one device, or one of "
          "each");
    if (device)
      options.device = device;
    else
      options.target = target;
  }
  options.onCpu = options.target != nullptr;
  if (options.onCpu)
    return llvm::Error::success();
  // The tokenizer's and the launches' code: of this machine's architecture.
  llvm::Expected<const Target *> native = findTarget("native");
  if (!native)
    return native.takeError();
  for (const Target &target : allTargets())
    if (target.isa == (*native)->isa) { // the least demanding one
      options.target = &target;
      break;
    }
  return llvm::Error::success();
}

/// f16 is what devices multiply, and no CPU here.
static llvm::Error checkF16(const Options &options) {
  if (options.precision != Precision::F16 || !options.onCpu)
    return llvm::Error::success();
  return llvm::createStringError(
      "f16 is computed on a device alone, and --target is " +
      options.targetNames() + "; choose --precision=bf16, or --target=" +
      allDeviceTargets().front().name);
}

static llvm::Error checkStatic(const Options &options) {
  if (!options.emission->isProgram())
    return llvm::createStringError("--static is for programs, and --emit is " +
                                   options.emission->name +
                                   "; leave one of them out");
  if (options.device)
    return llvm::createStringError(
        "--static leaves out what opens a device's driver, and --target is " +
        options.targetNames() + "; leave one of them out");
  return llvm::Error::success();
}

static llvm::Error readWithout(const CommandLine &commandLine,
                               Options &options) {
  if (!commandLine.without.getNumOccurrences())
    return llvm::Error::success();
  if (commandLine.without != "serve")
    return llvm::createStringError(
        "'" + commandLine.without +
        "' is nothing that a program can be without; --without=serve leaves "
        "out the HTTP server");
  if (!options.emission->isProgram())
    return llvm::createStringError("--without is for programs, and --emit is " +
                                   options.emission->name +
                                   "; leave one of them out");
  options.serves = false;
  return llvm::Error::success();
}

std::string Options::targetNames() const {
  if (!device)
    return target->name.str();
  if (!onCpu)
    return device->name.str();
  return (target->name + "," + device->name).str();
}

static llvm::Error readChoices(const CommandLine &commandLine,
                               frontend::ModelChoices &choices) {
  choices.task = commandLine.task;
  if (commandLine.pooling.getNumOccurrences())
    if (llvm::Error error = frontend::parsePooling(commandLine.pooling)
                                .moveInto(choices.pooling))
      return error;
  if (llvm::Error error =
          frontend::parseEither("normalize", commandLine.normalize, "yes", "no")
              .moveInto(choices.normalize))
    return error;
  return frontend::parseEither("unknown", commandLine.unknown, "keep", "drop")
      .moveInto(choices.unknownTokens);
}

static llvm::Error readEmission(const CommandLine &commandLine,
                                Options &options) {
  options.emission = emit::findEmission(commandLine.emit);
  if (!options.emission)
    return llvm::createStringError("unknown --emit '" + commandLine.emit +
                                   "'; known are " +
                                   names(emit::allEmissions()));
  return llvm::Error::success();
}

static llvm::Error readThreads(const CommandLine &commandLine,
                               Options &options) {
  // MLIR keeps a copy of its passes for each.
  constexpr unsigned mostThreads = 1024;
  if (llvm::StringRef(commandLine.threads).getAsInteger(10, options.threads) ||
      options.threads > mostThreads)
    return llvm::createStringError(
        "'" + commandLine.threads +
        "' is no value for --threads; expected 1 to " +
        llvm::Twine(mostThreads) + ", or 0 for one a CPU");
  return llvm::Error::success();
}

static llvm::Error readKernels(const CommandLine &commandLine,
                               Options &options) {
  options.kernels = commandLine.kernels;
  auto isAsked = [&](const auto &row) { return row.name == options.kernels; };
  if (options.kernels != "auto" && !options.hasKernelsFile() &&
      llvm::none_of(cpu::allProviders(), isAsked))
    return llvm::createStringError(
        "unknown --kernels '" + options.kernels + "'; known are auto, " +
        names(cpu::allProviders()) + " and a file (*.json) that --tune wrote");
  options.tuneFile = commandLine.tune;
  if (commandLine.tune.getNumOccurrences() &&
      !llvm::StringRef(options.tuneFile).ends_with(".json"))
    return llvm::createStringError(
        "'" + options.tuneFile +
        "' is no value for --tune; name a file (*.json) to write");
  if (!options.tuneFile.empty() && options.kernels != "auto")
    return llvm::createStringError(
        "--tune chooses among the providers of kernels, and --kernels is " +
        options.kernels + "; leave one of them out");
  return llvm::Error::success();
}

static llvm::Error readPrecision(const CommandLine &commandLine,
                                 Options &options) {
  if (llvm::Error error =
          findPrecision(commandLine.precision).moveInto(options.precision))
    return error;
  if (commandLine.minimumCosine.getNumOccurrences()) {
    double bound;
    // A NaN is not between the two.
    if (llvm::StringRef(commandLine.minimumCosine).getAsDouble(bound) ||
        !(bound >= 0 && bound <= 1))
      return llvm::createStringError(
          "'" + commandLine.minimumCosine +
          "' is no value for --min-cosine; expected a number from 0 (no bound) "
          "to 1");
    options.minimumCosine = bound;
  }
  options.calibrationFile = commandLine.calibrate;
  if (commandLine.calibrate.getNumOccurrences() &&
      !isCalibrated(options.precision))
    return llvm::createStringError(
        "--calibrate measures activations for int8 and f16, and --precision "
        "is " +
        describe(options.precision).name + "; leave one of them out");
  return llvm::Error::success();
}

/// An option that is for the code of a device.
static llvm::Error checkHasDevice(llvm::StringRef option,
                                  const Options &options) {
  if (options.device)
    return llvm::Error::success();
  return llvm::createStringError(
      option + " is for the code of a device, and --target is " +
      options.targetNames() + "; leave one of them out");
}

/// What is asked of a device that has no code for it, or of none.
static llvm::Error checkDevice(const Options &options) {
  if (!options.device) {
    if (options.emission->content == emit::Content::Ptx)
      return llvm::createStringError(
          "--emit=ptx prints the code for a device, and --target is " +
          options.targetNames() + "; choose --target=cuda");
    return llvm::Error::success();
  }
  if (options.precision == Precision::Int4)
    return llvm::createStringError(
        options.device->name +
        " has no code for int4; choose --precision=int8 or bf16");
  if (!options.onCpu && !options.tuneFile.empty())
    return llvm::createStringError(
        "--tune times kernels of a CPU, and --target is " +
        options.targetNames() + "; leave one of them out");
  return llvm::Error::success();
}

static llvm::Error readF32(const CommandLine &commandLine, Options &options) {
  options.plainF32 = commandLine.f32 == "plain";
  if (!options.plainF32 && commandLine.f32 != "3xtf32")
    return llvm::createStringError("unknown --f32 '" + commandLine.f32 +
                                   "'; known are 3xtf32, plain");
  if (!commandLine.f32.getNumOccurrences())
    return llvm::Error::success();
  if (llvm::Error error = checkHasDevice("--f32", options))
    return error;
  if (options.precision != Precision::F32)
    return llvm::createStringError(
        "--f32 says how f32 is multiplied, and --precision is " +
        describe(options.precision).name + "; leave one of them out");
  return llvm::Error::success();
}

static llvm::Error readCubin(const CommandLine &commandLine, Options &options) {
  options.chip = commandLine.cubin;
  if (!commandLine.cubin.getNumOccurrences())
    return llvm::Error::success();
  if (llvm::Error error = checkHasDevice("--cubin", options))
    return error;
  llvm::StringRef number = options.chip;
  unsigned capability;
  if (!number.consume_front("sm_") || number.getAsInteger(10, capability) ||
      static_cast<int32_t>(capability) < options.device->computeCapability)
    return llvm::createStringError(
        "'" + options.chip + "' is no value for --cubin; expected " +
        options.device->chip + " or a later chip, such as sm_90");
  if (options.emission->isText())
    return llvm::createStringError("--cubin is for outputs with machine code, "
                                   "and --emit is " +
                                   options.emission->name +
                                   "; leave one of them out");
  return llvm::Error::success();
}

static llvm::Error readMachines(const CommandLine &commandLine,
                                Options &options) {
  if (llvm::Error error = chooseTargets(commandLine.target, options))
    return error;
  if (llvm::Error error = checkF16(options))
    return error;
  if (llvm::Error error = checkDevice(options))
    return error;
  if (!options.onCpu && options.kernels != "auto")
    return llvm::createStringError(
        "--kernels is for the code of a CPU, and --target is " +
        options.targetNames() + "; leave one of them out");
  if (llvm::Error error = readF32(commandLine, options))
    return error;
  if (llvm::Error error = readCubin(commandLine, options))
    return error;
  if (llvm::Error error = readWithout(commandLine, options))
    return error;
  if (!commandLine.isStatic)
    return llvm::Error::success();
  options.linkage = emit::Linkage::Static;
  return checkStatic(options);
}

static llvm::Error readOutput(const CommandLine &commandLine,
                              Options &options) {
  if (options.model.empty())
    return llvm::createStringError(
        "no MODEL is given; emblemc --help says what it may be");
  const emit::EmissionInfo &emission = *options.emission;
  options.output = commandLine.output.getNumOccurrences()
                       ? commandLine.output.getValue()
                       : defaultOutput(options.model, emission);
  if (options.output == "-" && !emission.isText())
    return llvm::createStringError(
        "--emit=" + emission.name +
        " cannot go to standard output; name a file with -o");
  if (options.output.empty())
    return llvm::createStringError(
        "-o is given no name; name the file to write");
  if (options.output != "-" && options.output.front() == '-')
    return llvm::createStringError("'" + options.output +
                                   "' is no name for -o: it begins with '-'; "
                                   "write './" +
                                   options.output + "'");
  std::optional<llvm::StringRef> symbol;
  if (commandLine.symbol.getNumOccurrences())
    symbol = commandLine.symbol;
  if (llvm::Error error = emit::chooseSymbol(symbol, emission, options.output)
                              .moveInto(options.symbol))
    return error;
  if (llvm::sys::fs::equivalent(options.model, options.output))
    return llvm::createStringError(
        "'" + options.output +
        "' is the model itself; name another file with -o");
  return llvm::Error::success();
}

std::optional<Options> driver::parseOptions(int argc, char **argv) {
  CommandLine commandLine;
  if (!commandLine.parse(argc, argv))
    return std::nullopt;

  Options options;
  if (commandLine.models.size() > 1)
    return refuse("two MODELs are given, '" + commandLine.models[0] +
                  "' and '" + commandLine.models[1] + "'; name one");
  if (!commandLine.models.empty())
    options.model = commandLine.models[0];
  if (llvm::Error error = readChoices(commandLine, options.choices))
    return refuse(llvm::toString(std::move(error)));
  options.revision = commandLine.revision;
  options.printPipeline = commandLine.printPipeline;
  options.listModels = commandLine.listModels;
  options.listTargets = commandLine.listTargets;
  if (options.listTargets)
    return options;

  for (auto *read :
       {readEmission, readThreads, readPrecision, readKernels, readMachines})
    if (llvm::Error error = read(commandLine, options))
      return refuse(llvm::toString(std::move(error)));
  if (options.printPipeline || options.listModels)
    return options;
  if (llvm::Error error = readOutput(commandLine, options))
    return refuse(llvm::toString(std::move(error)));
  return options;
}

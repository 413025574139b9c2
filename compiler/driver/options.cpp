//===- options.cpp - emblemc's command line -------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/options.h"

#include "compiler/backend/cpu/registry/kernel_providers.h"
#include "compiler/emit/table_symbol.h"
#include "compiler/files/hub_cache.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace emblem;
using namespace emblem::driver;
namespace cl = llvm::cl;

/// The names of a table's rows, for help and for errors.
template <typename Rows> static std::string names(const Rows &rows) {
  return llvm::join(
      llvm::map_range(rows, [](const auto &row) { return row.name.str(); }),
      ", ");
}

/// A row for each, in two columns.
template <typename Rows> static std::string rowsHelp(const Rows &rows) {
  std::string text;
  for (const auto &row : rows)
    text += "\n  " + row.name.str() + std::string(8 - row.name.size(), ' ') +
            row.description.str();
  return text;
}

namespace {
/// libLLVM registers options of every tool it was built for, under names that
/// are ours here.
struct MakeRoom {
  MakeRoom() {
    for (llvm::StringRef name : {"emit", "normalize", "pooling", "precision",
                                 "target", "task", "threads", "unknown"})
      if (cl::Option *taken = cl::getRegisteredOptions().lookup(name))
        taken->removeArgument();
  }
};

/// The command line as llvm::cl wants it; it lives while it is parsed.
struct CommandLine {
  MakeRoom room;
  std::string emissions =
      "What to write (default: exe)" + rowsHelp(emit::allEmissions());
  std::string precisions = "Type of weights and activations (default: f32)" +
                           rowsHelp(allPrecisions());
  std::string targets =
      "Machine to compile for: native (default), another CPU, a device\n(" +
      names(allDeviceTargets()) + "), or both, as in native," +
      allDeviceTargets().front().name.str() + "; --list-targets has them";

  std::string providers =
      "Who writes the kernels (default: auto, which is mlir but for\nwhat "
      "Halide is known to write faster), or a file that --tune wrote" +
      rowsHelp(cpu::allProviders());

  cl::OptionCategory category{"Emblem"};
  cl::OptionCategory mlirCategory{"MLIR"};

  cl::list<std::string> models{cl::Positional, cl::desc("MODEL"),
                               cl::cat(category)};
  cl::opt<std::string> output{
      "o", cl::value_desc("file"), cl::cat(category),
      cl::desc("What to write; - is standard output, for text (default: named\n"
               "after the model, in the current folder; text goes to standard "
               "output)")};
  cl::opt<std::string> symbol{
      "symbol", cl::value_desc("name"), cl::cat(category),
      cl::desc(
          "What the model's table is called in a library, an object or its\n"
          "text (default: after the file: minilm_model_table in "
          "libminilm.a)")};
  cl::opt<std::string> task{
      "task", cl::value_desc("name"), cl::cat(category),
      cl::desc("Which task's model to compile, where a folder has several:\n"
               "adapters, or routes for queries and documents")};
  cl::opt<std::string> pooling{
      "pooling", cl::value_desc("kind"), cl::cat(category),
      cl::desc("How the rows of a text's tokens become its vector, where the\n"
               "model does not say, or otherwise: cls, mean, max, last,\n"
               "weighted_mean, mean_sqrt, sum; several with commas: side by "
               "side")};
  cl::opt<std::string> normalize{
      "normalize", cl::value_desc("yes|no"), cl::cat(category),
      cl::desc("Whether vectors are scaled to length 1, where the model does\n"
               "not say, or otherwise")};
  cl::opt<std::string> unknown{
      "unknown", cl::value_desc("keep|drop"), cl::cat(category),
      cl::desc("Whether unknown tokens count in a table of tokens' vectors:\n"
               "keep, as Sentence Transformers does, or drop, as model2vec "
               "does")};
  cl::opt<std::string> revision{
      "revision", cl::value_desc("name"), cl::cat(category),
      cl::desc("The branch, tag or commit of a model that is named as on the\n"
               "Hugging Face Hub (default: main)")};
  cl::opt<std::string> emit{"emit", cl::value_desc("kind"), cl::init("exe"),
                            cl::cat(category), cl::desc(emissions)};
  cl::opt<bool> isStatic{
      "static", cl::cat(category),
      cl::desc("Link a program with libc inside: it needs no other file, "
               "wherever it runs")};
  cl::opt<std::string> target{"target", cl::value_desc("name"),
                              cl::init("native"), cl::cat(category),
                              cl::desc(targets)};
  cl::opt<std::string> cubin{
      "cubin", cl::value_desc("chip"), cl::cat(category),
      cl::desc("A device's machine code beside its PTX, such as sm_90, by the\n"
               "CUDA toolkit's ptxas: the first vector comes seconds earlier")};
  cl::opt<std::string> precision{"precision", cl::value_desc("name"),
                                 cl::init("f32"), cl::cat(category),
                                 cl::desc(precisions)};
  cl::opt<std::string> f32{
      "f32", cl::value_desc("how"), cl::init("3xtf32"), cl::cat(category),
      cl::desc(
          "How a device multiplies f32 (default: 3xtf32)\n"
          "  3xtf32  three products of tf32 by its tensor cores\n"
          "  plain   multiply-adds of f32, as a CPU does: slower, exacter")};
  cl::opt<std::string> kernels{"kernels", cl::value_desc("name"),
                               cl::init("auto"), cl::cat(category),
                               cl::desc(providers)};
  cl::opt<std::string> tune{
      "tune", cl::value_desc("file"), cl::cat(category),
      cl::desc("Time each kernel by every provider on this machine, take the\n"
               "faster, and write the choices to the file (*.json), for "
               "--kernels=FILE")};
  cl::opt<std::string> minimumCosine{
      "min-cosine", cl::value_desc("x"), cl::cat(category),
      cl::desc("Least cosine to f32 that the probe texts' vectors may have\n"
               "(default: by precision; 0: no bound)")};
  cl::opt<std::string> calibrate{
      "calibrate", cl::value_desc("file"), cl::cat(category),
      cl::desc("Texts, one a line, on which int8 and f16 measure activations\n"
               "(default: built-in texts)")};
  cl::opt<std::string> threads{
      "threads", cl::value_desc("n"), cl::init("0"), cl::cat(category),
      cl::desc("Threads for the compiler's own work (default: one a CPU)")};
  cl::opt<bool> printPipeline{
      "print-pipeline", cl::cat(category),
      cl::desc("Print the passes as emblem-opt --pass-pipeline takes them")};

  cl::opt<bool> listModels{
      "list-models", cl::cat(category),
      cl::desc("Print the architectures of Hugging Face folders and GGUF\n"
               "files that compile")};
  cl::opt<bool> listTargets{
      "list-targets", cl::cat(category),
      cl::desc("Print the targets, and which of them this machine runs")};

  CommandLine();
  bool parse(int argc, char **argv);
};
} // namespace

CommandLine::CommandLine() {
  mlir::registerMLIRContextCLOptions();
  mlir::registerAsmPrinterCLOptions();
  mlir::registerPassManagerCLOptions();
  mlir::registerDefaultTimingManagerCLOptions();

  // --help shows our options and what MLIR people look for; LLVM's hundreds of
  // others work, and --help-hidden lists them.
  for (auto &[name, option] : cl::getRegisteredOptions())
    if (name.starts_with("mlir-print-ir") || name.starts_with("mlir-timing"))
      option->addCategory(mlirCategory);
  cl::HideUnrelatedOptions({&category, &mlirCategory});
}

static std::nullopt_t refuse(const llvm::Twine &sentence) {
  llvm::WithColor::error(llvm::errs(), "emblemc") << sentence << "\n";
  return std::nullopt;
}

/// LLVM's "Unknown command line argument '--emt'.  Try: 'emblemc --help' Did you
/// mean '--emit'?" in our words; what it says else, as it is.
static std::string toSentence(llvm::StringRef line) {
  if (!line.consume_front("Unknown command line argument "))
    return line.str();
  auto [option, rest] = line.split(".  Try: ");
  llvm::StringRef nearest = rest.split("Did you mean ").second;
  return ("unknown option " + option + "; " +
          (nearest.empty() ? "emblemc --help lists those that there are"
                           : "did you mean " + nearest.str()))
      .str();
}

bool CommandLine::parse(int argc, char **argv) {
  cl::SetVersionPrinter([](llvm::raw_ostream &out) {
    out << "emblemc " EMBLEM_VERSION " (LLVM " LLVM_VERSION_STRING ")\n";
  });
  std::string errors;
  llvm::raw_string_ostream stream(errors);
  if (cl::ParseCommandLineOptions(
          argc, argv,
          "Compiles an embedding model to a program\n\n"
          "MODEL is a Hugging Face model folder, or its name on the Hub "
          "where it is in the\ncache (BAAI/bge-m3), an ONNX or GGUF file, word "
          "vectors (*.txt, *.vec,\n*.bin), a model description (*.yaml) or emb "
          "IR (*.mlir)\n",
          &stream))
    return true;

  // LLVM gives each error a line of its own that begins with the program. (For
  // a bad value it has none here: it has printed it.)
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::SplitString(errors, lines, "\n");
  std::string program = (llvm::sys::path::filename(argv[0]) + ": ").str();
  for (llvm::StringRef &line : lines)
    line.consume_front(program);
  if (!lines.empty())
    refuse(toSentence(llvm::join(lines, " ")));
  return false;
}

/// "path/all-MiniLM/", "all-MiniLM.mlir" or "owner/all-MiniLM", with the kind's prefix and suffix.
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
    if (device ? options.device != nullptr : options.target != nullptr)
      return llvm::createStringError(
          "--target '" + list +
          "' names two machines of a kind; name one CPU, one device, or one of "
          "each");
    if (device)
      options.device = device;
    else if (llvm::Error error = findTarget(name).moveInto(options.target))
      return llvm::createStringError(llvm::toString(std::move(error)) +
                                     "; devices are " +
                                     names(allDeviceTargets()));
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

  const emit::EmissionInfo *emission = emit::findEmission(commandLine.emit);
  if (!emission)
    return refuse("unknown --emit '" + commandLine.emit + "'; known are " +
                  names(emit::allEmissions()));
  options.emission = emission;

  // MLIR keeps a copy of its passes for each.
  constexpr unsigned mostThreads = 1024;
  if (llvm::StringRef(commandLine.threads).getAsInteger(10, options.threads) ||
      options.threads > mostThreads)
    return refuse("'" + commandLine.threads +
                  "' is no value for --threads; expected 1 to " +
                  llvm::Twine(mostThreads) + ", or 0 for one a CPU");

  llvm::Expected<Precision> precision = findPrecision(commandLine.precision);
  if (!precision)
    return refuse(llvm::toString(precision.takeError()));
  options.precision = *precision;

  options.kernels = commandLine.kernels;
  auto isAsked = [&](const auto &row) { return row.name == options.kernels; };
  if (options.kernels != "auto" && !options.hasKernelsFile() &&
      llvm::none_of(cpu::allProviders(), isAsked))
    return refuse("unknown --kernels '" + options.kernels +
                  "'; known are auto, " + names(cpu::allProviders()) +
                  " and a file (*.json) that --tune wrote");
  options.tuneFile = commandLine.tune;
  if (commandLine.tune.getNumOccurrences() &&
      !llvm::StringRef(options.tuneFile).ends_with(".json"))
    return refuse("'" + options.tuneFile +
                  "' is no value for --tune; name a file (*.json) to write");
  if (!options.tuneFile.empty() && options.kernels != "auto")
    return refuse(
        "--tune chooses among the providers of kernels, and --kernels "
        "is " +
        options.kernels + "; leave one of them out");

  if (commandLine.minimumCosine.getNumOccurrences()) {
    double bound;
    // A NaN is not between the two.
    if (llvm::StringRef(commandLine.minimumCosine).getAsDouble(bound) ||
        !(bound >= 0 && bound <= 1))
      return refuse("'" + commandLine.minimumCosine +
                    "' is no value for --min-cosine; expected a number from 0 "
                    "(no bound) to 1");
    options.minimumCosine = bound;
  }

  options.calibrationFile = commandLine.calibrate;
  if (commandLine.calibrate.getNumOccurrences() && !isCalibrated(*precision))
    return refuse(
        "--calibrate measures activations for int8 and f16, and --precision "
        "is " +
        describe(*precision).name + "; leave one of them out");

  if (llvm::Error error = chooseTargets(commandLine.target, options))
    return refuse(llvm::toString(std::move(error)));

  if (llvm::Error error = checkF16(options))
    return refuse(llvm::toString(std::move(error)));

  options.plainF32 = commandLine.f32 == "plain";
  if (!options.plainF32 && commandLine.f32 != "3xtf32")
    return refuse("unknown --f32 '" + commandLine.f32 +
                  "'; known are 3xtf32, plain");
  if (commandLine.f32.getNumOccurrences() && !options.device)
    return refuse("--f32 is for the code of a device, and --target is " +
                  options.targetNames() + "; leave one of them out");

  options.chip = commandLine.cubin;
  if (commandLine.cubin.getNumOccurrences() && !options.device)
    return refuse("--cubin is for the code of a device, and --target is " +
                  options.targetNames() + "; leave one of them out");
  llvm::StringRef number = options.chip;
  unsigned capability;
  if (commandLine.cubin.getNumOccurrences() &&
      (!number.consume_front("sm_") || number.consumeInteger(10, capability) ||
       static_cast<int32_t>(capability) < options.device->computeCapability))
    return refuse("'" + options.chip + "' is no value for --cubin; expected " +
                  options.device->chip + " or a later chip, such as sm_90");

  if (commandLine.isStatic) {
    options.linkage = emit::Linkage::Static;
    if (llvm::Error error = checkStatic(options))
      return refuse(llvm::toString(std::move(error)));
  }

  if (options.printPipeline || options.listModels)
    return options;
  if (options.model.empty())
    return refuse("no MODEL is given; emblemc --help says what it may be");
  options.output = commandLine.output.getNumOccurrences()
                       ? commandLine.output
                       : defaultOutput(options.model, *emission);
  if (options.output == "-" && !emission->isText())
    return refuse("--emit=" + emission->name +
                  " cannot go to standard output; name a file with -o");
  if (options.output.empty())
    return refuse("-o is given no name; name the file to write");
  if (options.output != "-" && options.output.front() == '-')
    return refuse("'" + options.output +
                  "' is no name for -o: it begins with '-'; write './" +
                  options.output + "'");
  std::optional<llvm::StringRef> symbol;
  if (commandLine.symbol.getNumOccurrences())
    symbol = commandLine.symbol;
  if (llvm::Error error = emit::chooseSymbol(symbol, *emission, options.output)
                              .moveInto(options.symbol))
    return refuse(llvm::toString(std::move(error)));
  if (llvm::sys::fs::equivalent(options.model, options.output))
    return refuse("'" + options.output +
                  "' is the model itself; name another file with -o");
  return options;
}

//===- command_line.cpp - emblemc's options as written --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/command_line.h"

#include "compiler/backend/cpu/registry/kernel_providers.h"
#include "compiler/emit/emission.h"
#include "compiler/target/device/device_target.h"
#include "compiler/target/precision_table.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace emblem;
using namespace emblem::driver;
namespace cl = llvm::cl;

MakeRoom::MakeRoom() {
  for (llvm::StringRef name : {"emit", "normalize", "pooling", "precision",
                               "target", "task", "threads", "unknown"})
    if (cl::Option *taken = cl::getRegisteredOptions().lookup(name))
      taken->removeArgument();
}

/// A row for each, in two columns.
template <typename Rows> static std::string rowsHelp(const Rows &rows) {
  std::string text;
  for (const auto &row : rows)
    text += "\n  " + row.name.str() + std::string(8 - row.name.size(), ' ') +
            row.description.str();
  return text;
}

CommandLineTexts::CommandLineTexts()
    : emissions("What to write (default: exe)" +
                rowsHelp(emit::allEmissions())),
      precisions("Type of weights and activations (default: f32)" +
                 rowsHelp(allPrecisions())),
      targets("Machine to compile for: native (default), another CPU, a "
              "device\n(" +
              names(allDeviceTargets()) + "), or both, as in native," +
              allDeviceTargets().front().name.str() +
              "; --list-targets has them"),
      providers("Who writes the kernels (default: auto, which is mlir but "
                "for\nwhat Halide is known to write faster), or a file that "
                "--tune wrote" +
                rowsHelp(cpu::allProviders())) {}

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

/// What is registered outlives its option; and lld would set all to their
/// defaults, MLIR's as well.
CommandLine::~CommandLine() {
  llvm::SmallPtrSet<cl::Option *, 32> options;
  for (auto &[name, option] : cl::getRegisteredOptions())
    options.insert(option);
  for (cl::Option *option : options)
    option->removeArgument();
  models.removeArgument();
}

std::nullopt_t driver::refuse(const llvm::Twine &sentence) {
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

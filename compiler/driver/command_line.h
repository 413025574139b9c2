//===- command_line.h - emblemc's options as written ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_COMMAND_LINE_H
#define EMBLEM_COMPILER_DRIVER_COMMAND_LINE_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"

#include <optional>
#include <string>

namespace emblem::driver {

/// The names of a table's rows, for help and for errors.
template <typename Rows> std::string names(const Rows &rows) {
  return llvm::join(
      llvm::map_range(rows, [](const auto &row) { return row.name.str(); }),
      ", ");
}

/// libLLVM registers options of every tool it was built for, under names that
/// are ours here.
struct MakeRoom {
  MakeRoom();
};

/// What the tables' rows say of themselves: options keep no copy of it.
struct CommandLineTexts {
  CommandLineTexts();

  std::string emissions, precisions, targets, providers;
};

/// The command line as llvm::cl wants it; it lives while it is parsed.
struct CommandLine {
  MakeRoom room;
  CommandLineTexts texts;
  llvm::cl::OptionCategory category{"Emblem"};
  llvm::cl::OptionCategory mlirCategory{"MLIR"};

  llvm::cl::list<std::string> models{
      llvm::cl::Positional, llvm::cl::desc("MODEL"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> output{
      "o", llvm::cl::value_desc("file"), llvm::cl::cat(category),
      llvm::cl::desc(
          "What to write; - is standard output, for text (default: named\n"
          "after the model, in the current folder; text goes to standard "
          "output)")};
  llvm::cl::opt<std::string> symbol{
      "symbol", llvm::cl::value_desc("name"), llvm::cl::cat(category),
      llvm::cl::desc(
          "What the model's table is called in a library, an object or its\n"
          "text (default: after the file: minilm_model_table in "
          "libminilm.a)")};
  llvm::cl::opt<std::string> task{
      "task", llvm::cl::value_desc("name"), llvm::cl::cat(category),
      llvm::cl::desc(
          "Which task's model to compile, where a folder has several:\n"
          "adapters, or routes for queries and documents")};
  llvm::cl::opt<std::string> pooling{
      "pooling", llvm::cl::value_desc("kind"), llvm::cl::cat(category),
      llvm::cl::desc(
          "How the rows of a text's tokens become its vector, where the\n"
          "model does not say, or otherwise: cls, mean, max, last,\n"
          "weighted_mean, mean_sqrt, sum; several with commas: side by "
          "side")};
  llvm::cl::opt<std::string> normalize{
      "normalize", llvm::cl::value_desc("yes|no"), llvm::cl::cat(category),
      llvm::cl::desc(
          "Whether vectors are scaled to length 1, where the model does\n"
          "not say, or otherwise")};
  llvm::cl::opt<std::string> unknown{
      "unknown", llvm::cl::value_desc("keep|drop"), llvm::cl::cat(category),
      llvm::cl::desc(
          "Whether unknown tokens count in a table of tokens' vectors:\n"
          "keep, as Sentence Transformers does, or drop, as model2vec "
          "does")};
  llvm::cl::opt<std::string> revision{
      "revision", llvm::cl::value_desc("name"), llvm::cl::cat(category),
      llvm::cl::desc(
          "The branch, tag or commit of a model that is named as on the\n"
          "Hugging Face Hub (default: main)")};
  llvm::cl::opt<std::string> emit{
      "emit", llvm::cl::value_desc("kind"), llvm::cl::init("exe"),
      llvm::cl::cat(category), llvm::cl::desc(texts.emissions)};
  llvm::cl::opt<bool> isStatic{
      "static", llvm::cl::cat(category),
      llvm::cl::desc("Link a program with libc inside: it needs no other file, "
                     "wherever it runs")};
  llvm::cl::opt<std::string> without{
      "without", llvm::cl::value_desc("command"), llvm::cl::cat(category),
      llvm::cl::desc("serve: link a program that is no HTTP server")};
  llvm::cl::opt<std::string> target{
      "target", llvm::cl::value_desc("name"), llvm::cl::init("native"),
      llvm::cl::cat(category), llvm::cl::desc(texts.targets)};
  llvm::cl::opt<std::string> cubin{
      "cubin", llvm::cl::value_desc("chip"), llvm::cl::cat(category),
      llvm::cl::desc(
          "A device's machine code beside its PTX, such as sm_90, by the\n"
          "CUDA toolkit's ptxas: the first vector comes seconds earlier")};
  llvm::cl::opt<std::string> precision{
      "precision", llvm::cl::value_desc("name"), llvm::cl::init("f32"),
      llvm::cl::cat(category), llvm::cl::desc(texts.precisions)};
  llvm::cl::opt<std::string> f32{
      "f32", llvm::cl::value_desc("how"), llvm::cl::init("3xtf32"),
      llvm::cl::cat(category),
      llvm::cl::desc(
          "How a device multiplies f32 (default: 3xtf32)\n"
          "  3xtf32  three products of tf32 by its tensor cores\n"
          "  plain   multiply-adds of f32, as a CPU does: slower, exacter")};
  llvm::cl::opt<std::string> kernels{
      "kernels", llvm::cl::value_desc("name"), llvm::cl::init("auto"),
      llvm::cl::cat(category), llvm::cl::desc(texts.providers)};
  llvm::cl::opt<std::string> tune{
      "tune", llvm::cl::value_desc("file"), llvm::cl::cat(category),
      llvm::cl::desc(
          "Time each kernel by every provider on this machine, take the\n"
          "faster, and write the choices to the file (*.json), for "
          "--kernels=FILE")};
  llvm::cl::opt<std::string> minimumCosine{
      "min-cosine", llvm::cl::value_desc("x"), llvm::cl::cat(category),
      llvm::cl::desc(
          "Least cosine to f32 that the probe texts' vectors may have\n"
          "(default: by precision; 0: no bound)")};
  llvm::cl::opt<std::string> calibrate{
      "calibrate", llvm::cl::value_desc("file"), llvm::cl::cat(category),
      llvm::cl::desc(
          "Texts, one a line, on which int8 and f16 measure activations\n"
          "(default: built-in texts)")};
  llvm::cl::opt<std::string> threads{
      "threads", llvm::cl::value_desc("n"), llvm::cl::init("0"),
      llvm::cl::cat(category),
      llvm::cl::desc(
          "Threads for the compiler's own work (default: one a CPU)")};
  llvm::cl::opt<bool> printPipeline{
      "print-pipeline", llvm::cl::cat(category),
      llvm::cl::desc(
          "Print the passes as emblem-opt --pass-pipeline takes them")};

  llvm::cl::opt<bool> listModels{
      "list-models", llvm::cl::cat(category),
      llvm::cl::desc(
          "Print the architectures of Hugging Face folders and GGUF\n"
          "files that compile")};
  llvm::cl::opt<bool> listTargets{
      "list-targets", llvm::cl::cat(category),
      llvm::cl::desc("Print the targets, and which of them this machine runs")};

  CommandLine();
  ~CommandLine();
  /// False: a sentence on standard error says why not.
  bool parse(int argc, char **argv);
};

/// Says on standard error why a command line is no good.
std::nullopt_t refuse(const llvm::Twine &sentence);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_COMMAND_LINE_H

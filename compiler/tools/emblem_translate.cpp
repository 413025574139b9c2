//===- emblem_translate.cpp - A model as IR, a description or vectors -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/description/description_yaml.h"
#include "compiler/emit/output_file.h"
#include "compiler/evaluator/batch.h"
#include "compiler/evaluator/evaluator.h"
#include "compiler/files/error_sentence.h"
#include "compiler/files/hub_cache.h"
#include "compiler/files/model_file.h"
#include "compiler/files/watched_files.h"
#include "compiler/frontend/load_model.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

#include <csignal>

using namespace llvm;
using namespace emblem::frontend;

namespace {

struct Options {
  cl::OptionCategory category{"emblem-translate"};
  cl::opt<std::string> model{cl::Positional, cl::Required, cl::desc("MODEL"),
                             cl::cat(category)};
  cl::opt<std::string> output{
      "o", cl::desc("Write to this file instead of standard output"),
      cl::value_desc("file"), cl::init("-"), cl::cat(category)};
  cl::opt<bool> toYaml{"to-yaml",
                       cl::desc("Write the model's description, not its IR"),
                       cl::cat(category)};
  cl::opt<std::string> evaluate{
      "evaluate",
      cl::desc("Write the vectors of these token ids, one a line, by the "
               "reference evaluator; after | they are of token type 1, and of "
               "several outputs a line names each"),
      cl::value_desc("1 2 3, 4 5 | 6"), cl::cat(category)};
  cl::opt<std::string> evaluatePixels{
      "evaluate-pixels",
      cl::desc("Write the vectors of these images, one a line: pixels as the "
               "model takes them, float32 [images, height, width, channels]"),
      cl::value_desc("file.npy"), cl::cat(category)};
  cl::opt<std::string> task{
      "task", cl::desc("Which task's model, where a folder has several"),
      cl::value_desc("name"), cl::cat(category)};
  cl::opt<std::string> pooling{
      "pooling",
      cl::desc("How rows of tokens become one vector: cls, mean, "
               "max, last, weighted_mean, mean_sqrt, sum"),
      cl::value_desc("kind"), cl::cat(category)};
  cl::opt<std::string> normalize{
      "normalize", cl::desc("Whether vectors are scaled to length 1"),
      cl::value_desc("yes|no"), cl::cat(category)};
  cl::opt<std::string> unknown{
      "unknown",
      cl::desc("Whether unknown tokens count in a table of tokens' vectors"),
      cl::value_desc("keep|drop"), cl::cat(category)};
  cl::opt<std::string> revision{
      "revision",
      cl::desc("The branch, tag or commit of a model of the Hugging Face Hub"),
      cl::value_desc("name"), cl::cat(category)};
  cl::opt<bool> noWeights{
      "no-weights",
      cl::desc("Do not open the weight and tokenizer files that MODEL names"),
      cl::cat(category)};

  Expected<ModelChoices> choices() const;
  ModelFiles files() const {
    return noWeights ? ModelFiles::Ignore : ModelFiles::Open;
  }
  /// What the paths in the output are relative to; empty: they are absolute, for
  /// nobody knows where standard output leads.
  std::string outputFolder() const {
    return output == "-" ? "" : folderOf(output);
  }
};

} // namespace

Expected<ModelChoices> Options::choices() const {
  ModelChoices choices;
  choices.task = task;
  if (pooling.getNumOccurrences())
    if (Error error = parsePooling(pooling).moveInto(choices.pooling))
      return error;
  if (Error error = parseEither("normalize", normalize, "yes", "no")
                        .moveInto(choices.normalize))
    return error;
  if (Error error = parseEither("unknown", unknown, "keep", "drop")
                        .moveInto(choices.unknownTokens))
    return error;
  return choices;
}

static void warn(ArrayRef<Assumption> assumptions) {
  for (const Assumption &assumption : assumptions)
    WithColor::warning(errs(), "emblem-translate")
        << assumption.warning << '\n';
}

// The models, of which all that was assumed is said.
static Expected<std::vector<LoadedModel>>
load(const Options &options, mlir::MLIRContext &context,
     ModelFiles files = ModelFiles::Open) {
  auto choices = options.choices();
  if (!choices)
    return choices.takeError();
  auto models = loadModels(options.model, *choices, context, files);
  if (models)
    for (const LoadedModel &model : *models)
      warn(model.assumptions);
  return models;
}

static Expected<std::string> translateToIR(const Options &options) {
  mlir::MLIRContext context;
  auto models = load(options, context, options.files());
  if (!models)
    return models.takeError();
  if (!options.noWeights)
    if (Error error = checkWeights(*models))
      return error;
  rebasePaths(*models, options.outputFolder());
  std::string text;
  raw_string_ostream(text) << joinModels(*models) << '\n';
  return text;
}

static Expected<std::string> translateToYaml(const Options &options) {
  auto choices = options.choices();
  if (!choices)
    return choices.takeError();
  auto models = loadDescriptions(options.model, *choices);
  if (!models)
    return models.takeError();
  for (const Description &model : *models)
    warn(model.assumptions);
  for (Description &model : *models)
    rebasePaths(model, describedFolder(options.model), options.outputFolder());
  std::string text;
  raw_string_ostream os(text);
  writeYaml(*models, os);
  return text;
}

// The vectors, one a line: ten digits tell any two apart that float32 does.
static void writeVectors(const emblem::evaluator::Rows &vectors,
                         raw_ostream &os) {
  for (ArrayRef<double> vector : vectors) {
    interleave(vector, os, [&](double x) { os << format("%.10g", x); }, " ");
    os << '\n';
  }
}

// The vectors of --evaluate-pixels.
static Expected<std::string> translateToImageVectors(const Options &options) {
  mlir::MLIRContext context;
  auto pixels = emblem::evaluator::readPixels(options.evaluatePixels);
  if (!pixels)
    return pixels.takeError();
  auto models = load(options, context);
  if (!models)
    return models.takeError();
  LoadedModel &model = getModel(*models, Role::Images);
  auto vectors = emblem::evaluator::evaluateImages(
      model.getModel(), *pixels,
      [&](emblem::emb::WeightOp op) { return readWeight(op, *model.weights); });
  if (!vectors)
    return vectors.takeError();
  std::string text;
  raw_string_ostream os(text);
  writeVectors(*vectors, os);
  return text;
}

// The vectors of --evaluate. Of several outputs a line names each.
static Expected<std::string> translateToVectors(const Options &options) {
  mlir::MLIRContext context;
  auto batch = emblem::evaluator::parseBatch(options.evaluate);
  if (!batch)
    return batch.takeError();
  auto models = load(options, context);
  if (!models)
    return models.takeError();
  LoadedModel &model = models->front();
  if (auto padding = model.getModel()->getAttrOfType<mlir::IntegerAttr>(
          trailingPaddingName))
    *batch = emblem::evaluator::withoutTrailing(
        *batch, static_cast<int32_t>(padding.getInt()));
  // Without a bar all tokens are of the first text's type.
  std::vector<int32_t> types = batch->types;
  if (types.empty() && model.getModel().getTokenTypeCount())
    types.resize(batch->ids.size());
  auto outputs = emblem::evaluator::evaluateOutputs(
      model.getModel(), batch->ids, batch->offsets,
      [&](emblem::emb::WeightOp op) { return readWeight(op, *model.weights); },
      types);
  if (!outputs)
    return outputs.takeError();
  std::string text;
  raw_string_ostream os(text);
  for (const emblem::evaluator::Output &output : *outputs) {
    if (outputs->size() > 1)
      os << stringifyOutputKind(output.kind) << ":\n";
    writeVectors(output.rows, os);
  }
  return text;
}

static Error writeOutput(StringRef path, StringRef text) {
  if (path == "-") {
    outs() << text;
    return emblem::emit::flushStandardOutput();
  }
  auto file = emblem::emit::OutputFile::create(path);
  if (!file)
    return file.takeError();
  file->stream() << text;
  return file->keep();
}

// Each way to show a model is one function from the options to a text.
static Error showModel(Options &options, bool sees, bool evaluates) {
  auto path = findModel(options.model, options.revision);
  if (!path)
    return path.takeError();
  options.model = *path;
  auto text = sees             ? translateToImageVectors(options)
              : evaluates      ? translateToVectors(options)
              : options.toYaml ? translateToYaml(options)
                               : translateToIR(options);
  if (!text)
    return text.takeError();
  if (Error error = checkWatchedFiles())
    return error;
  return writeOutput(options.output, *text);
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  sayFatalErrors("emblem-translate");
  reportCutFiles("emblem-translate");
  // A file at its size limit is a write that fails, with a sentence.
  std::signal(SIGXFSZ, SIG_IGN);
  Options options;
  cl::HideUnrelatedOptions(options.category);
  if (!cl::ParseCommandLineOptions(
          argc, argv,
          "Shows a model as emb IR, as its description, or as the vectors that "
          "it gives.\n\n"
          "MODEL is a Hugging Face folder, or its name on the Hub where that "
          "is "
          "in the\ncache, a GGUF file (*.gguf), an ONNX file (*.onnx), "
          "a\ndescription (*.yaml), emb IR (*.mlir) or word vectors "
          "(*.txt, *.vec, *.bin).\nPaths in a file that is written are "
          "relative to its folder.\n",
          &errs()))
    return 2;

  bool evaluates = options.evaluate.getNumOccurrences() > 0;
  bool sees = options.evaluatePixels.getNumOccurrences() > 0;
  if ((evaluates || sees) && (options.toYaml || options.noWeights)) {
    WithColor::error(errs(), "emblem-translate")
        << (sees ? "--evaluate-pixels" : "--evaluate")
        << " goes with neither --to-yaml nor --no-weights\n";
    return 2;
  }

  Error error = showModel(options, sees, evaluates);
  if (!error)
    return 0;
  WithColor::error(errs(), "emblem-translate")
      << toSentence(std::move(error)) << '\n';
  return 1;
}

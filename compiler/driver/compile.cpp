//===- compile.cpp - From a model to what --emit asks for -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/compile.h"

#include "compiler/codegen/registry/kernel_providers.h"
#include "compiler/driver/compilation.h"
#include "compiler/driver/diagnostics.h"
#include "compiler/driver/tune.h"
#include "compiler/tokenizer/compile/tokenizer_compiler.h"
#include "compiler/tokenizer/read/tokenizer_json.h"
#include "compiler/tokenizer/read/word_list.h"
#include "compiler/transforms/passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "llvm/Support/Path.h"

using namespace emblem;
using namespace emblem::driver;

Compilation::Compilation(const Options &options)
    : options(options), emission(describe(options.emission)),
      progress(emission.last),
      threads(llvm::hardware_concurrency(options.threads)) {
  registerPipelineDialects(context);
  // --mlir-disable-threading has the last word.
  bool threaded = context.isMultithreadingEnabled();
  context.disableMultithreading();
  if (threaded && threads.getMaxConcurrency() > 1)
    context.setThreadPool(threads);
}

llvm::Error Compilation::run() {
  static constexpr std::pair<Phase, llvm::Error (Compilation::*)()> phases[] = {
      {Phase::Build, &Compilation::build},
      {Phase::Tokenize, &Compilation::tokenize},
      {Phase::Reference, &Compilation::runReference},
      {Phase::Tune, &Compilation::chooseKernels},
      {Phase::Lower, &Compilation::lower},
      {Phase::Optimise, &Compilation::optimise},
      {Phase::Check, &Compilation::check},
      {Phase::Codegen, &Compilation::codegen},
      {Phase::Link, &Compilation::link},
  };
  if (llvm::Error error = openOutputs())
    return error;
  for (auto [phase, function] : phases) {
    if (phase > emission.last)
      break;
    progress.begin(phase);
    if (llvm::Error error = (this->*function)())
      return error;
  }
  return keepOutputs();
}

/// What the end needs is found at the start: nobody waits for a compilation
/// that cannot be written or linked.
llvm::Error Compilation::openOutputs() {
  auto open = [](std::optional<OutputFile> &file,
                 llvm::Expected<OutputFile> opened) -> llvm::Error {
    if (!opened)
      return opened.takeError();
    file.emplace(std::move(*opened));
    return llvm::Error::success();
  };
  if (options.hasKernelsFile()) {
    if (llvm::Error error =
            readKernelChoices(options.kernels).moveInto(choices))
      return error;
  } else if (auto provider = codegen::findProvider(options.kernels);
             !provider) {
    return provider.takeError();
  }
  if (!options.tuneFile.empty())
    if (llvm::Error error =
            open(choicesFile, OutputFile::create(options.tuneFile)))
      return error;
  if (options.output == "-")
    return llvm::Error::success();
  if (llvm::Error error = open(output, OutputFile::create(options.output)))
    return error;
  if (emission.header)
    if (llvm::Error error =
            open(header, OutputFile::create(headerPath(options.output))))
      return error;
  if (emission.last != Phase::Link)
    return llvm::Error::success();

  if (llvm::Error error = findRuntimeFiles().moveInto(runtime))
    return error;
  if (options.emission != Emission::Static) {
    llvm::Expected<Linker> found = findLinker(options.target->triple);
    if (!found)
      return found.takeError();
    linker = std::move(*found);
  }
  return open(object, OutputFile::createScratch(options.output));
}

static emb::ReturnOp getReturn(emb::ModelOp model) {
  return mlir::cast<emb::ReturnOp>(model.getBody().front().getTerminator());
}

/// Convolutions are computed in f32, or in bf16 where the target multiplies it.
llvm::Error Compilation::checkConvolutions() const {
  if (options.precision != Precision::Bf16)
    return llvm::createStringError(
        "'" + options.model +
        "' has convolutions, which are computed in f32 or bf16; choose "
        "--precision=bf16, or leave it out");
  if (!options.target->bf16Dot)
    return llvm::createStringError(
        "'" + options.model + "' has convolutions, and " +
        options.target->name +
        " has no dot product of bf16 for them; leave --precision out");
  return llvm::Error::success();
}

llvm::Error Compilation::build() {
  if (llvm::Error error =
          frontend::loadModel(options.model, options.task, context)
              .moveInto(model))
    return error;
  if (llvm::Error error = frontend::checkWeights(model))
    return error;
  emb::ModelOp op = model.getModel();
  summary.name = op.getSymName().str();
  summary.dimension = op.getDimension();
  summary.maxTokens = static_cast<int64_t>(op.getMaxTokens());
  summary.pairs = op.getPairs();
  summary.vocabularySize = op.getVocabularySize();
  emb::ReturnOp returned = getReturn(op);
  summary.outputs = returned.getVectors().size();
  summary.perToken = returned.getKind(0) == emb::OutputKind::TokenWeights ||
                     returned.getKind(0) == emb::OutputKind::MultiVector;
  summary.texts = !op.getPixels();
  frontend::LoadedModel &seeing = model.getSeeing();
  if (mlir::Value pixels = seeing.getModel().getPixels()) {
    if (options.precision != Precision::F32 && model.imageTower)
      return llvm::createStringError(
          "'" + options.model +
          "' has two towers, which are embedded in f32 alone; leave "
          "--precision out");
    if (options.precision != Precision::F32 &&
        !op.getBody().getOps<emb::Conv2dOp>().empty())
      if (llvm::Error error = checkConvolutions())
        return error;
    llvm::append_range(
        summary.image,
        mlir::cast<mlir::ShapedType>(pixels.getType()).getShape().drop_front());
  }
  return llvm::Error::success();
}

/// Whether an output speaks of tokens, so that the program must name them.
static bool givesWeightsOfTokens(emb::ModelOp model) {
  emb::ReturnOp returned = getReturn(model);
  for (unsigned i = 0; i < returned.getVectors().size(); ++i)
    if (returned.getKind(i) == emb::OutputKind::Sparse ||
        returned.getKind(i) == emb::OutputKind::TokenWeights)
      return true;
  return false;
}

llvm::Error Compilation::tokenize() {
  if (model.tokenizerPath.empty())
    return llvm::Error::success(); // the model takes token ids alone
  auto description = model.hasWordVectors
                         ? frontend::readWords(model.tokenizerPath)
                         : frontend::readTokenizer(model.tokenizerPath);
  if (!description)
    return description.takeError();
  emb::ModelOp op = model.getModel();
  if (givesWeightsOfTokens(op))
    tokenTexts = frontend::getTokenTexts(*description);
  if (op.getNoSpecialTokens())
    description->single = frontend::TokenizerDescription().single;
  if (op.getNoUnknownTokens())
    description->droppedId = frontend::getUnknownId(description->model);
  if (op.getNoSpecialTokens() || op.getNoUnknownTokens())
    description->emptyId = summary.vocabularySize - 1;
  if (std::optional<uint64_t> id = op.getEndToken())
    description->endId = static_cast<int32_t>(*id);
  if (std::optional<uint64_t> id = op.getPadding())
    description->paddingId = static_cast<int32_t>(*id);
  description->paddedTokens = summary.maxTokens;
  if (mlir::ArrayAttr text = op.getPairTextAttr()) {
    auto part = [&](unsigned i) {
      return mlir::cast<mlir::StringAttr>(text[i]).str();
    };
    description->pairText = {part(0), part(1), part(2)};
  }
  if (summary.pairs)
    if (std::string problem =
            frontend::findPairProblem(*description, op.getTokenTypeCount());
        !problem.empty())
      return llvm::createStringError(
          "the tokenizer '" + model.tokenizerPath +
          "' does not do for a model of pairs: " + problem);
  int64_t ids = frontend::getVocabularySize(*description);
  if (ids > summary.vocabularySize)
    return llvm::createStringError("the tokenizer '" + model.tokenizerPath +
                                   "' has ids up to " + llvm::Twine(ids - 1) +
                                   ", and the model's vocabulary only 0 to " +
                                   llvm::Twine(summary.vocabularySize - 1));
  llvm::Expected<std::string> tables = frontend::compileTokenizer(*description);
  if (!tables)
    return tables.takeError();
  // As programs have them: the reference reads them in place.
  auto aligned = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      tables->size(), "tokenizer", llvm::Align(64));
  llvm::copy(*tables, aligned->getBufferStart());
  tokenizerTables = std::move(aligned);
  tokenizer = tokenizerTables->getBuffer();
  return llvm::Error::success();
}

/// By the file that was given, or by timing them here, where that is asked.
llvm::Error Compilation::chooseKernels() {
  if ((choicesFile || choices) && model.imageTower)
    return llvm::createStringError(
        "'" + options.model +
        "' has two towers, and the kernels that --tune chooses are those of "
        "one model; leave " +
        (choicesFile ? "it" : "--kernels=FILE") + " out");
  if (choicesFile) {
    mlir::OwningOpRef<mlir::ModuleOp> module = model.module->clone();
    if (llvm::Error error = tuneKernels({*module, *model.weights, tokenizer, 1},
                                        {options.target, options.precision})
                                .moveInto(choices))
      return error;
    writeKernelChoices(*choices, choicesFile->stream());
  }
  if (choices)
    (*model.module)
        ->setAttr(attribute::providers, choices->asAttribute(&context));
  return llvm::Error::success();
}

llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
Compilation::lower(frontend::LoadedModel &tower) {
  DiagnosticCollector diagnostics(&context);
  auto passes = mlir::PassManager::on<mlir::ModuleOp>(&context);
  if (mlir::failed(mlir::applyPassManagerCLOptions(passes)))
    return diagnostics.takeError("MLIR refuses its own options");
  mlir::applyDefaultTimingPassManagerCLOptions(passes);
  buildPipeline(passes, {options.target, options.precision, kept,
                         choices ? "auto" : options.kernels});
  mlir::OwningOpRef<mlir::ModuleOp> module = tower.module->clone();
  if (mlir::failed(passes.run(*module)))
    return diagnostics.takeError("a pass failed and gave no reason");
  (*module)->removeAttr(attribute::inputRanges);
  (*module)->removeAttr(attribute::providers);
  return module;
}

llvm::Error Compilation::lower() {
  if (llvm::Error error = lower(model).moveInto(lowered))
    return error;
  if (model.imageTower)
    if (llvm::Error error = lower(*model.imageTower).moveInto(loweredTower))
      return error;
  if (options.emission != Emission::Mlir)
    return llvm::Error::success();
  return writeText([&](llvm::raw_pwrite_stream &out) {
    for (auto *module : {&lowered, &loweredTower})
      if (*module) {
        (*module)->print(out);
        out << "\n";
      }
    return llvm::Error::success();
  });
}

llvm::Error Compilation::optimise() {
  if (llvm::Error error =
          codegen::packWeights(*lowered, *model.weights).moveInto(weights))
    return error;
  if (llvm::Error error =
          codegen::buildProgram(
              *lowered,
              {weights, tokenizer, tokenTexts.bytes, tokenTexts.ends,
               loweredTower ? codegen::ModelRole::HasImageTower
                            : codegen::ModelRole::Alone},
              *options.target, options.precision, llvmContext)
              .moveInto(program))
    return error;
  return loweredTower ? addImageTower() : llvm::Error::success();
}

/// The image tower, as a part of the program.
llvm::Error Compilation::addImageTower() {
  if (llvm::Error error =
          codegen::packWeights(*loweredTower, *model.imageTower->weights)
              .moveInto(towerWeights))
    return error;
  auto tower =
      codegen::buildProgram(*loweredTower, towerData(), *options.target,
                            options.precision, llvmContext);
  if (!tower)
    return tower.takeError();
  return codegen::joinImageTower(*program, std::move(*tower));
}

codegen::ProgramData Compilation::towerData() const {
  return {.weights = towerWeights,
          .tokenizer = {},
          .role = codegen::ModelRole::IsImageTower};
}

llvm::Error Compilation::codegen() {
  // What people read has no 90 MB of data in it.
  bool text = emission.text;
  if (!text)
    codegen::embedData(*program, {weights, tokenizer});
  if (!text && loweredTower)
    codegen::embedData(*program, towerData());
  weights = towerWeights = {};
  if (options.emission == Emission::Llvm)
    return writeText([&](llvm::raw_pwrite_stream &out) {
      program->print(out, nullptr);
      return llvm::Error::success();
    });
  auto write = [&](llvm::raw_pwrite_stream &out) {
    return codegen::writeObject(*program, *options.target, out,
                                /*assembly=*/text);
  };
  if (text)
    return writeText(write);
  OutputFile &file = object ? *object : *output;
  if (llvm::Error error = write(file.stream()))
    return error;
  return file.flush();
}

llvm::Error Compilation::link() {
  llvm::StringRef name = llvm::sys::path::filename(options.output);
  const bool images = !summary.image.empty();
  if (header)
    writeHeader(header->stream(), summary, *options.target, options.emission,
                options.output);
  if (options.emission == Emission::Static)
    return driver::archive(object->temporaryPath(), runtime,
                           llvm::sys::path::stem(name).str() + ".o", images,
                           *output);
  emb::ReturnOp returned = getReturn(model.getModel());
  return driver::link(
      *linker, options.emission, object->temporaryPath(), runtime, name,
      {.rerank = summary.pairs,
       .otherOutputs = returned.getKinds().has_value(),
       .maxSim = returned.getKind(0) == emb::OutputKind::MultiVector,
       .images = images},
      *output);
}

llvm::Error Compilation::keepOutputs() {
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
  uint64_t bytes = 0;
  if (llvm::Error error = output->flush())
    return error;
  llvm::sys::fs::file_size(output->temporaryPath(), bytes);
  bool executable = linker.has_value();
  if (llvm::Error error = output->keep(executable))
    return error;
  progress.done(options.output, bytes);
  return llvm::Error::success();
}

llvm::Error Compilation::writeText(
    llvm::function_ref<llvm::Error(llvm::raw_pwrite_stream &)> write) {
  if (output)
    return write(output->stream());
  llvm::SmallVector<char, 0> text;
  llvm::raw_svector_ostream out(text);
  if (llvm::Error error = write(out))
    return error;
  llvm::outs() << out.str();
  return flushStandardOutput();
}

llvm::Error driver::compile(const Options &options) {
  return Compilation(options).run();
}

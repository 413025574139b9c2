//===- compile.cpp - From a model to what --emit asks for -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/compile.h"

#include "compiler/backend/cpu/registry/kernel_providers.h"
#include "compiler/driver/compilation.h"
#include "compiler/driver/tune.h"
#include "compiler/emit/c_header.h"
#include "compiler/target/isa.h"
#include "compiler/tokenizer/compile/tokenizer_compiler.h"
#include "compiler/tokenizer/read/transformers/load_tokenizer.h"
#include "compiler/tokenizer/read/word_list.h"
#include "compiler/transforms/passes.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/WithColor.h"

using namespace emblem;
using namespace emblem::driver;
using namespace emblem::emit;

Compilation::Compilation(const Options &options)
    : options(options), emission(*options.emission),
      progress(emission.content == Content::Mlir ? Phase::Lower : Phase::Write),
      threads(llvm::hardware_concurrency(options.threads)) {
  registerPipelineDialects(context);
  // --mlir-disable-threading has the last word.
  bool threaded = context.isMultithreadingEnabled();
  context.disableMultithreading();
  if (threaded && threads.getMaxConcurrency() > 1)
    context.setThreadPool(threads);
}

bool Compilation::takes(Phase phase) const {
  bool isCutShort =
      emission.content == Content::Mlir || emission.content == Content::Ptx;
  switch (phase) {
  case Phase::Optimise:
  case Phase::Check:
    return !isCutShort;
  case Phase::Codegen: // of text, where its vectors are compared
    return !isCutShort && (!emission.isText() || reference.has_value());
  case Phase::Link:
  case Phase::Weights:
    return !emission.isText();
  default:
    return true;
  }
}

llvm::Error Compilation::run() {
  static constexpr std::pair<Phase, llvm::Error (Compilation::*)()> phases[] = {
      {Phase::Build, &Compilation::build},
      {Phase::Tokenize, &Compilation::tokenize},
      {Phase::Reference, &Compilation::runReference},
      {Phase::Tune, &Compilation::chooseKernels},
      {Phase::Lower, &Compilation::lower},
      {Phase::Optimise, &Compilation::optimise},
      {Phase::Codegen, &Compilation::codegen},
      {Phase::Link, &Compilation::link},
      {Phase::Weights, &Compilation::writeWeights},
      {Phase::Check, &Compilation::check},
      {Phase::Write, &Compilation::write},
  };
  if (llvm::Error error = openOutputs())
    return error;
  for (auto [phase, function] : phases) {
    if (!takes(phase))
      continue;
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
  } else if (auto provider = cpu::findProvider(options.kernels); !provider) {
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
  if (emission.library)
    if (llvm::Error error =
            open(header, OutputFile::create(headerPath(options.output))))
      return error;
  llvm::StringRef library; // of a device
  if (options.device)
    library = options.device->runtimeLibrary;
  llvm::StringRef triple = options.target->isa->getTriple();
  if (emission.runtime)
    if (llvm::Error error = findRuntimeFiles(triple, library).moveInto(runtime))
      return error;
  if (!emission.linked)
    return llvm::Error::success();
  return findLinker(triple, options.linkage, runtime, *output).moveInto(linker);
}

/// What the model is made of is never overwritten, nor one output by another.
llvm::Error Compilation::checkOutputs() {
  std::vector<std::string> inputs = {options.calibrationFile};
  if (options.hasKernelsFile())
    inputs.push_back(options.kernels);
  for (frontend::LoadedModel &source : sources)
    llvm::append_range(inputs, source.getFiles());
  std::error_code error;
  if (llvm::sys::fs::is_directory(options.model))
    for (llvm::sys::fs::recursive_directory_iterator file(options.model, error),
         end;
         file != end && !error; file.increment(error)) {
      if (file.level() == 1) // 1_Pooling has its config.json; no further
        file.no_push();
      if (llvm::StringRef(file->path()).ends_with(".json"))
        inputs.push_back(file->path());
    }
  auto refuse = [&](const std::optional<OutputFile> &file, llvm::StringRef is) {
    return llvm::createStringError("'" + file->path() + "' is " + is +
                                   "; name another file with " +
                                   (&file == &choicesFile ? "--tune" : "-o"));
  };
  for (const std::optional<OutputFile> *file : {&output, &header, &choicesFile})
    for (llvm::StringRef input : inputs)
      if (*file && llvm::sys::fs::equivalent((*file)->path(), input))
        return refuse(*file, "a file that the model is read from");
  if (output && header && output->path() == header->path())
    return refuse(output, "what the library's header is called");
  return llvm::Error::success();
}

/// Two towers are computed in f32; convolutions too, or in bf16 where the
/// target multiplies it.
llvm::Error Compilation::checkPrecision() {
  if (options.precision == Precision::F32)
    return llvm::Error::success();
  if (sources.size() > 1)
    return llvm::createStringError(
        "'" + options.model +
        "' has two towers, which are embedded in f32 alone; leave "
        "--precision out");
  if (getMain().getModel().getBody().getOps<emb::Conv2dOp>().empty())
    return llvm::Error::success();
  if (options.precision != Precision::Bf16 &&
      options.precision != Precision::F16)
    return llvm::createStringError(
        "'" + options.model +
        "' has convolutions, which are computed in f32 or bf16; choose "
        "--precision=bf16, or leave it out");
  if (options.onCpu && !options.target->bf16Dot)
    return llvm::createStringError(
        "'" + options.model + "' has convolutions, and " +
        options.target->name +
        " has no dot product of bf16 for them; leave --precision out");
  return llvm::Error::success();
}

llvm::Error Compilation::build() {
  if (llvm::Error error =
          frontend::loadModels(options.model, options.choices, context)
              .moveInto(sources))
    return error;
  for (const frontend::LoadedModel &source : sources)
    for (const frontend::Assumption &assumption : source.assumptions)
      progress.note("emblemc: warning: " + assumption.warning);
  if (llvm::Error error = frontend::checkWeights(sources))
    return error;
  if (llvm::Error error = checkOutputs())
    return error;
  if (llvm::Error error = checkPrecision())
    return error;
  emb::ModelOp op = getMain().getModel();
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
  for (frontend::LoadedModel &source : sources)
    if (mlir::Value pixels = source.getModel().getPixels())
      llvm::append_range(summary.image,
                         mlir::cast<mlir::ShapedType>(pixels.getType())
                             .getShape()
                             .drop_front());
  return llvm::Error::success();
}

// transformers fails at a text that holds such a token.
static void leaveOutRowless(frontend::TokenizerDescription &tokenizer,
                            int64_t vocabularySize) {
  std::vector<std::string> tokens =
      frontend::takeRowless(tokenizer, vocabularySize);
  if (!tokens.empty())
    llvm::WithColor::warning(llvm::errs(), "emblemc")
        << "the tokenizer has " << tokens.size() << " added tokens, such as '"
        << tokens.front()
        << "', whose ids are beyond the model's vocabulary; a text that holds "
           "one is cut there as any text is\n";
}

llvm::Error Compilation::tokenize() {
  frontend::LoadedModel &model = getMain();
  if (model.tokenizerPath.empty())
    return llvm::Error::success(); // the model takes token ids alone
  const frontend::WordVectors *vectors =
      model.weights->findWordVectors(model.tokenizerPath);
  emb::ModelOp op = model.getModel();
  std::optional<llvm::StringRef> settings = model.getTokenizerSettings();
  auto description =
      vectors ? frontend::tokenizerOf(vectors->getWords())
              : frontend::readTokenizer(model.tokenizerPath, settings);
  if (!description)
    return description.takeError();
  if (settings)
    leaveOutRowless(*description, summary.vocabularySize);
  tokenTexts = frontend::getTokenTexts(*description);
  if (op.getNoSpecialTokens()) {
    description->single = frontend::TokenizerDescription().single;
    description->pair = frontend::TokenizerDescription().pair;
  }
  if (op.getNoUnknownTokens())
    description->droppedId = frontend::getUnknownId(description->model);
  if (op.getNoSpecialTokens() || op.getNoUnknownTokens())
    description->emptyId = summary.vocabularySize - 1;
  if (std::optional<uint64_t> id = op.getEndToken())
    description->endId = static_cast<int32_t>(*id);
  if (std::optional<uint64_t> id = op.getPadding())
    description->paddingId = static_cast<int32_t>(*id);
  description->paddedTokens = summary.maxTokens;
  if (auto id =
          op->getAttrOfType<mlir::IntegerAttr>(frontend::trailingPaddingName))
    description->trailingPadding = static_cast<int32_t>(id.getInt());
  if (auto most =
          op->getAttrOfType<mlir::IntegerAttr>(frontend::maxCharactersName))
    description->maxCharacters =
        std::clamp<int64_t>(most.getInt(), 0, INT32_MAX);
  description->promptsUnpooled = op->hasAttr(frontend::promptUnpooledName);
  if (description->promptsUnpooled && options.device)
    return llvm::createStringError(
        "'" + options.model +
        "' leaves a prompt's tokens out where it pools, which no device has "
        "code for; compile it for a CPU");
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
  if ((choicesFile || choices) && sources.size() > 1)
    return llvm::createStringError(
        "'" + options.model +
        "' has two towers, and the kernels that --tune chooses are those of "
        "one model; leave " +
        (choicesFile ? "it" : "--kernels=FILE") + " out");
  frontend::LoadedModel &model = getMain();
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

llvm::Error driver::compile(const Options &options) {
  return Compilation(options).run();
}

//===- load_model.cpp - From a path to an emb module ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/load_model.h"

#include "compiler/description/build_model.h"
#include "compiler/description/description_yaml.h"
#include "compiler/files/model_file.h"
#include "compiler/files/word_vectors.h"
#include "compiler/frontend/folder_graphs.h"
#include "compiler/frontend/gguf/model.h"
#include "compiler/frontend/onnx/onnx_model.h"
#include "compiler/frontend/sentence_transformers/folder.h"
#include "compiler/frontend/transformers/tasks.h"
#include "compiler/frontend/word_vectors/word_vector_model.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/SourceMgr.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;

namespace {
enum class ModelKind { HuggingFace, Gguf, Onnx, Yaml, Mlir, WordVectors };
} // namespace

static Expected<ModelKind> findKind(StringRef path) {
  if (sys::fs::is_directory(path))
    return ModelKind::HuggingFace;
  if (!sys::fs::exists(path))
    return createStringError("there is no model '" + path +
                             "': no such file or folder");
  if (path.ends_with(".yaml") || path.ends_with(".yml"))
    return ModelKind::Yaml;
  if (path.ends_with(".gguf"))
    return ModelKind::Gguf;
  if (path.ends_with(".mlir"))
    return ModelKind::Mlir;
  if (path.ends_with(".onnx"))
    return ModelKind::Onnx;
  if (path.ends_with(".xml"))
    return createStringError("'" + path +
                             "' is OpenVINO's, which is not read; name the "
                             "model's folder, or export it as ONNX");
  if (isWordVectorFile(path))
    return ModelKind::WordVectors;
  return createStringError("cannot tell what model '" + path +
                           "' is; a model is a Hugging Face folder, a GGUF "
                           "file (*.gguf), an ONNX file (*.onnx), a "
                           "description (*.yaml), emb IR (*.mlir) or word "
                           "vectors (*.txt, *.vec, *.bin)");
}

//===----------------------------------------------------------------------===//
// Descriptions
//===----------------------------------------------------------------------===//

std::string emblem::frontend::describedFolder(StringRef path) {
  return sys::fs::is_directory(path) ? path.str() : folderOf(path);
}

static Expected<std::vector<Description>>
makeList(Expected<Description> description) {
  if (!description)
    return description.takeError();
  std::vector<Description> models;
  models.push_back(std::move(*description));
  return models;
}

// As the source has them.
static Expected<std::vector<Description>>
readDescriptions(StringRef path, ModelKind kind, const ModelChoices &choices) {
  switch (kind) {
  case ModelKind::HuggingFace:
    return readHuggingFaceFolder(path, choices);
  case ModelKind::Gguf:
    return makeList(readGguf(path, choices));
  case ModelKind::Yaml:
    return readYaml(path);
  case ModelKind::WordVectors:
    return makeList(describeWordVectors(path));
  case ModelKind::Onnx:
  case ModelKind::Mlir:
    break;
  }
  return createStringError("'" + path + "' is " +
                           (kind == ModelKind::Onnx ? "a graph" : "IR") +
                           ", and has no description; name a Hugging Face "
                           "folder, a *.gguf or a *.yaml");
}

Expected<std::vector<Description>>
emblem::frontend::loadDescriptions(StringRef path,
                                   const ModelChoices &choices) {
  auto kind = findKind(path);
  if (!kind)
    return kind.takeError();
  auto models = readDescriptions(path, *kind, choices);
  if (!models)
    return models;
  if (Error error = applyChoices(choices, path, *models))
    return error;
  return models;
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

using OwningModule = mlir::OwningOpRef<mlir::ModuleOp>;

// The models in a module, each in one of its own.
static Expected<std::vector<LoadedModel>> splitModule(StringRef path,
                                                      OwningModule module) {
  auto ops = llvm::to_vector(module->getOps<emb::ModelOp>());
  if (ops.size() == 2 && ops.front().getPixels())
    std::swap(ops[0], ops[1]);
  bool areTowers = ops.size() == 2 && !ops[0].getPixels() &&
                   !ops[0].getPairs() && ops[1].getPixels() &&
                   ops[0].getDimension() == ops[1].getDimension();
  if (ops.size() != 1 && !areTowers)
    return createStringError(
        "'" + path +
        "' must hold exactly one emb.model, or one of texts and one of images "
        "that give vectors of as many components");
  std::vector<LoadedModel> models(ops.size());
  models.front().module = std::move(module);
  if (areTowers) {
    models.back().role = Role::Images;
    models.back().module = mlir::ModuleOp::create(ops[1].getLoc());
    ops[1]->remove();
    models.back().module->push_back(ops[1]);
  }
  return models;
}

static Expected<std::vector<LoadedModel>>
parseModule(StringRef path, mlir::MLIRContext &context) {
  auto buffer = readTextFile(path);
  if (!buffer)
    return buffer.takeError();
  context.loadDialect<emb::EmbDialect>();
  auto sources = std::make_shared<SourceMgr>();
  sources->AddNewSourceBuffer(std::move(*buffer), SMLoc());
  mlir::SourceMgrDiagnosticHandler handler(*sources, &context);
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(sources, &context);
  if (!module)
    return createStringError("'" + path +
                             "' is not valid emb IR, as reported above");
  return splitModule(path, std::move(module));
}

// The models, whose files are not opened yet.
static Expected<std::vector<LoadedModel>>
readModels(StringRef path, const ModelChoices &choices,
           mlir::MLIRContext &context) {
  auto kind = findKind(path);
  if (!kind)
    return kind.takeError();
  if (*kind != ModelKind::HuggingFace)
    if (Error error = Task(choices.task).checkUsed(path))
      return error;
  if (*kind == ModelKind::Mlir) {
    if (!choices.pooling.empty() || choices.normalize || choices.unknownTokens)
      return createStringError("'" + path +
                               "' is IR, which says all of its model; leave "
                               "--pooling, --normalize and --unknown out");
    return parseModule(path, context);
  }
  std::vector<LoadedModel> models;
  if (*kind == ModelKind::Onnx) {
    if (Error error = onnx::readOnnxModel(path, choices, context)
                          .moveInto(models.emplace_back().module))
      return error;
    return models;
  }
  auto descriptions = loadDescriptions(path, choices);
  if (!descriptions)
    return descriptions.takeError();
  auto modules = buildModels(*descriptions, context);
  if (!modules)
    return modules.takeError();
  for (auto [description, module] : zip_equal(*descriptions, *modules)) {
    LoadedModel &model = models.emplace_back();
    model.role = description.role;
    model.assumptions = description.assumptions;
    model.module = std::move(module);
  }
  return models;
}

static std::vector<std::string> getWeightFiles(emb::ModelOp model) {
  std::vector<std::string> files;
  if (mlir::ArrayAttr paths = model.getWeightsAttr())
    for (auto path : paths.getAsRange<mlir::StringAttr>())
      files.push_back(path.str());
  return files;
}

static std::vector<std::string> resolvedWeightFiles(LoadedModel &loaded) {
  std::vector<std::string> files = getWeightFiles(loaded.getModel());
  for (std::string &file : files)
    file = resolvePath(loaded.directory, file);
  return files;
}

std::vector<std::string> LoadedModel::getFiles() {
  std::vector<std::string> files = resolvedWeightFiles(*this);
  if (!tokenizerPath.empty())
    files.push_back(tokenizerPath);
  return files;
}

std::optional<StringRef> LoadedModel::getTokenizerSettings() {
  auto text =
      getModel()->getAttrOfType<mlir::StringAttr>(tokenizerSettingsAttribute);
  return text ? std::optional(text.getValue()) : std::nullopt;
}

emb::ModelOp LoadedModel::getModel() {
  return *module->getOps<emb::ModelOp>().begin();
}

LoadedModel &emblem::frontend::getModel(MutableArrayRef<LoadedModel> models,
                                        Role role) {
  LoadedModel *found = llvm::find_if(
      models, [&](const LoadedModel &model) { return model.role == role; });
  return found == models.end() ? models.front() : *found;
}

// Opens what the model in the module names.
static Error openFiles(StringRef path, ModelFiles files, LoadedModel &loaded) {
  loaded.directory = describedFolder(path);
  loaded.weights = std::make_unique<WeightStore>();
  emb::ModelOp model = loaded.getModel();
  if (auto tokenizer = model.getTokenizer(); tokenizer && !tokenizer->empty())
    loaded.tokenizerPath = resolvePath(loaded.directory, *tokenizer);
  if (files == ModelFiles::Ignore)
    return Error::success();

  if (!loaded.tokenizerPath.empty() && !sys::fs::exists(loaded.tokenizerPath))
    return createStringError("'" + path + "' names the tokenizer '" +
                             loaded.tokenizerPath +
                             "', and there is no such file");
  return WeightStore::open(resolvedWeightFiles(loaded))
      .moveInto(loaded.weights);
}

Expected<std::vector<LoadedModel>>
emblem::frontend::loadModels(StringRef path, const ModelChoices &choices,
                             mlir::MLIRContext &context, ModelFiles files) {
  std::vector<Assumption> assumptions;
  auto source = chooseSource(path, assumptions);
  if (!source)
    return source.takeError();
  auto models = readModels(*source, choices, context);
  if (!models)
    return models.takeError();
  for (LoadedModel &model : *models)
    if (Error error = openFiles(*source, files, model))
      return error;
  llvm::append_range(models->front().assumptions, assumptions);
  return models;
}

Error emblem::frontend::checkWeights(MutableArrayRef<LoadedModel> models) {
  for (LoadedModel &model : models)
    for (auto weight : model.getModel().getBody().getOps<emb::WeightOp>())
      if (Error error = checkWeight(weight, *model.weights))
        return error;
  return Error::success();
}

mlir::ModuleOp
emblem::frontend::joinModels(MutableArrayRef<LoadedModel> models) {
  mlir::ModuleOp whole = *models.front().module;
  for (LoadedModel &other : models.drop_front()) {
    emb::ModelOp op = other.getModel();
    op->remove();
    whole.push_back(op);
  }
  return whole;
}

//===----------------------------------------------------------------------===//
// Paths
//===----------------------------------------------------------------------===//

void emblem::frontend::rebasePaths(MutableArrayRef<LoadedModel> models,
                                   StringRef to) {
  for (LoadedModel &loaded : models) {
    emb::ModelOp model = loaded.getModel();
    mlir::Builder builder(model.getContext());
    std::vector<std::string> files = getWeightFiles(model);
    for (std::string &file : files)
      file = rebasePath(file, loaded.directory, to);
    if (!files.empty())
      model.setWeightsAttr(builder.getStrArrayAttr(
          std::vector<StringRef>(files.begin(), files.end())));
    if (auto tokenizer = model.getTokenizer(); tokenizer && !tokenizer->empty())
      model.setTokenizer(rebasePath(*tokenizer, loaded.directory, to));
    loaded.directory = to.str();
  }
}

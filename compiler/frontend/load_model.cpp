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

Expected<Description> emblem::frontend::loadDescription(StringRef path,
                                                        StringRef task) {
  auto kind = findKind(path);
  if (!kind)
    return kind.takeError();
  switch (*kind) {
  case ModelKind::HuggingFace:
    return readHuggingFaceFolder(path, task);
  case ModelKind::Gguf:
    return readGguf(path);
  case ModelKind::Yaml:
    return readYaml(path);
  case ModelKind::WordVectors:
    return describeWordVectors(path);
  case ModelKind::Onnx:
  case ModelKind::Mlir:
    break;
  }
  return createStringError("'" + path + "' is " +
                           (*kind == ModelKind::Onnx ? "a graph" : "IR") +
                           ", and has no description; name a Hugging Face "
                           "folder, a *.gguf or a *.yaml");
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

using OwningModule = mlir::OwningOpRef<mlir::ModuleOp>;

namespace {
// A model of its own; or two towers, of texts and of images.
struct Modules {
  OwningModule model, imageTower;
};
} // namespace

// Moves the one of images, of two models, into a module of its own.
static Error splitTowers(StringRef path, Modules &modules) {
  auto models = llvm::to_vector(modules.model->getOps<emb::ModelOp>());
  if (models.size() == 1)
    return Error::success();
  if (models.size() == 2 && models.front().getPixels())
    std::swap(models[0], models[1]);
  if (models.size() != 2 || models[0].getPixels() || models[0].getPairs() ||
      !models[1].getPixels() ||
      models[0].getDimension() != models[1].getDimension())
    return createStringError(
        "'" + path +
        "' must hold exactly one emb.model, or one of texts and one of images "
        "that give vectors of as many components");
  modules.imageTower = mlir::ModuleOp::create(models[1].getLoc());
  models[1]->remove();
  modules.imageTower->push_back(models[1]);
  return Error::success();
}

static Expected<Modules> parseModule(StringRef path,
                                     mlir::MLIRContext &context) {
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
  Modules modules{std::move(module), nullptr};
  if (Error error = splitTowers(path, modules))
    return error;
  return modules;
}

static Expected<Modules> loadModules(StringRef path, StringRef task,
                                     mlir::MLIRContext &context) {
  auto kind = findKind(path);
  if (!kind)
    return kind.takeError();
  if (*kind != ModelKind::HuggingFace)
    if (Error error = Task(task).checkUsed(path))
      return error;
  if (*kind == ModelKind::Mlir)
    return parseModule(path, context);
  Modules modules;
  if (*kind == ModelKind::Onnx) {
    if (Error error =
            onnx::readOnnxModel(path, context).moveInto(modules.model))
      return error;
    return modules;
  }
  auto description = loadDescription(path, task);
  if (!description)
    return description.takeError();
  if (Error error = buildModel(*description, context).moveInto(modules.model))
    return error;
  for (const Description &tower : description->imageTower)
    if (Error error = buildModel(tower, context).moveInto(modules.imageTower))
      return error;
  return modules;
}

static std::vector<std::string> getWeightFiles(emb::ModelOp model) {
  std::vector<std::string> files;
  if (mlir::ArrayAttr paths = model.getWeightsAttr())
    for (auto path : paths.getAsRange<mlir::StringAttr>())
      files.push_back(path.str());
  return files;
}

emb::ModelOp LoadedModel::getModel() {
  return *module->getOps<emb::ModelOp>().begin();
}

// The model in `module`, with the files that it names.
static Expected<LoadedModel> openFiles(OwningModule module, StringRef path,
                                       ModelFiles files) {
  LoadedModel loaded;
  loaded.module = std::move(module);
  loaded.directory = describedFolder(path);
  loaded.weights = std::make_unique<WeightStore>();
  emb::ModelOp model = loaded.getModel();
  if (auto tokenizer = model.getTokenizer(); tokenizer && !tokenizer->empty())
    loaded.tokenizerPath = resolvePath(loaded.directory, *tokenizer);
  if (files == ModelFiles::Ignore)
    return loaded;

  if (!loaded.tokenizerPath.empty() && !sys::fs::exists(loaded.tokenizerPath))
    return createStringError("'" + path + "' names the tokenizer '" +
                             loaded.tokenizerPath +
                             "', and there is no such file");
  std::vector<std::string> paths = getWeightFiles(model);
  for (std::string &file : paths)
    file = resolvePath(loaded.directory, file);
  auto store = WeightStore::open(paths);
  if (!store)
    return store.takeError();
  loaded.weights = std::move(*store);
  return loaded;
}

Expected<LoadedModel> emblem::frontend::loadModel(StringRef path,
                                                  StringRef task,
                                                  mlir::MLIRContext &context,
                                                  ModelFiles files) {
  auto modules = loadModules(path, task, context);
  if (!modules)
    return modules.takeError();
  auto loaded = openFiles(std::move(modules->model), path, files);
  if (!loaded || !modules->imageTower)
    return loaded;
  auto tower = openFiles(std::move(modules->imageTower), path, files);
  if (!tower)
    return tower.takeError();
  loaded->imageTower = std::make_unique<LoadedModel>(std::move(*tower));
  return loaded;
}

Error emblem::frontend::checkWeights(LoadedModel &model) {
  for (auto weight : model.getModel().getBody().getOps<emb::WeightOp>())
    if (Error error = checkWeight(weight, *model.weights))
      return error;
  return model.imageTower ? checkWeights(*model.imageTower) : Error::success();
}

void emblem::frontend::joinTowers(LoadedModel &model) {
  if (!model.imageTower)
    return;
  emb::ModelOp tower = model.imageTower->getModel();
  tower->remove();
  model.module->push_back(tower);
}

//===----------------------------------------------------------------------===//
// Paths
//===----------------------------------------------------------------------===//

void emblem::frontend::rebasePaths(LoadedModel &loaded, StringRef to) {
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
  if (loaded.imageTower)
    rebasePaths(*loaded.imageTower, to);
}

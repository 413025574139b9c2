//===- graph_folder.cpp - The files beside a graph ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/graph_folder.h"

#include "compiler/files/model_file.h"
#include "compiler/frontend/sentence_transformers/cross_encoder.h"
#include "compiler/frontend/sentence_transformers/folder_text.h"
#include "compiler/frontend/sentence_transformers/modules.h"
#include "compiler/frontend/sentence_transformers/prompts.h"
#include "compiler/frontend/sentence_transformers/similarity.h"
#include "compiler/frontend/sentence_transformers/transformer_file.h"

#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// Where the tokenizer is: beside the graph, or one folder up.
ModelFolders onnx::findFolders(StringRef path) {
  std::string own = resolvePath(".", folderOf(path));
  std::string root = own, parent = folderOf(own);
  // Exporters of Sentence Transformers and optimum put it there.
  if (sys::path::filename(own) == "onnx" &&
      isThere(resolvePath(parent, "modules.json")))
    return {parent, parent, ""};
  for (const std::string &folder : {own, parent})
    if (isThere(resolvePath(folder, "modules.json")) ||
        isThere(resolvePath(folder, "tokenizer.json"))) {
      root = folder;
      break;
    }
  return {root, root, ""};
}

static Expected<std::vector<frontend::Module>>
readModules(ModelFolders &folders, bool scoresPairs) {
  std::vector<frontend::Module> modules;
  if (!isThere(resolvePath(folders.root, "modules.json")))
    return modules;
  Task none(""); // a graph is of one
  auto list = readModuleList(folders.root, none, scoresPairs);
  if (!list)
    return list.takeError();
  modules = std::move(*list);
  if (!scoresPairs &&
      (isLateInteraction(modules) || has(modules, ModuleKind::SpladePooling)))
    return createStringError(
        "'" + folders.root +
        "': a graph is compiled to dense vectors or scores alone, and the "
        "modules.json beside it asks for others; compile the folder instead");
  folders.transformerPath = modules.front().path;
  folders.transformer = resolvePath(folders.root, folders.transformerPath);
  // What it says of config.json has become the graph.
  auto file = openTransformerFile(folders, /*isLateInteraction=*/false);
  if (!file)
    return file.takeError();
  return modules;
}

// Without a config.json the scores are as Sentence Transformers' usual ones.
static Error addScores(const ModelFolders &folders, Description &description) {
  auto read = [&](StringRef folder, StringRef name) {
    return JsonObject::readOptional(resolvePath(folder, name));
  };
  auto config = read(folders.transformer, "config.json");
  if (!config)
    return config.takeError();
  auto settings = read(folders.root, "config_sentence_transformers.json");
  if (!settings)
    return settings.takeError();
  return addCrossEncoder(folders, *config, *settings, description);
}

Error onnx::addFolder(ModelFolders folders, StringRef path, bool pooled,
                      const ModelChoices &choices, Description &description) {
  bool scoresPairs = description.input == InputKind::Pairs;
  auto modules = readModules(folders, scoresPairs);
  if (!modules)
    return modules.takeError();
  if (isThere(resolvePath(folders.transformer, "tokenizer.json"))) {
    if (Error error = addText(folders, description,
                              scoresPairs ? Purpose::Score : Purpose::Embed))
      return error;
    if (Error error = addPrompts(folders, description))
      return error;
  }
  if (scoresPairs) {
    if (Error error = addScores(folders, description))
      return error;
    return applyChoices(choices, path, description);
  }
  auto settings = JsonObject::readOptional(
      resolvePath(folders.root, "config_sentence_transformers.json"));
  if (!settings)
    return settings.takeError();
  addSimilarity(*settings, description);
  if (pooled) {
    if (choices.pooling.empty() && !choices.unknownTokens)
      return Error::success();
    return createStringError("'" + path +
                             "' gives one vector a text already; leave "
                             "--pooling and --unknown out");
  }
  if (!modules->empty()) {
    if (Error error = addModules(folders.root, *modules, description))
      return error;
  } else if (choices.pooling.empty()) {
    return createStringError(
        "'" + path +
        "' gives a row a token, and neither it nor a modules.json beside it "
        "says how they become a text's vector; " +
        poolingAdvice);
  }
  return applyChoices(choices, path, description);
}

Error onnx::checkComparedIds(const std::set<int64_t> &ids, StringRef path,
                             const ModelFolders &folders,
                             const Description &description) {
  auto config =
      JsonObject::readOptional(resolvePath(folders.transformer, "config.json"));
  if (!config)
    return config.takeError();
  const json::Value *padding = config->find("pad_token_id");
  for (int64_t id : ids) {
    bool isPadding = padding && padding->getAsInteger() == id;
    if (description.input != InputKind::Pairs || !isPadding)
      return createStringError("'" + path + "' compares token ids with " +
                               Twine(id) +
                               ", which is no padding that positions count "
                               "from; compile the Hugging Face folder instead");
  }
  return Error::success();
}
